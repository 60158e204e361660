package io.millrace.processor.series;

/**
 * The series of one tenant in one partition: an open-addressing hash table in one {@code long} array.
 *
 * <h2>Layout</h2>
 *
 * Four longs per slot, so that a look-up touches one or two cache lines:
 *
 * <pre>
 * 0  id, high half
 * 1  id, low half
 * 2  CRC32C of the canonical labels (upper 32 bits) | announced days, see {@link AnnouncedDays} (lower 32)
 * 3  last seen, seconds since 1970 (upper 32 bits, unsigned) | group number (bits 8 to 31) | flags (bits 0 to 7)
 * </pre>
 *
 * Of the flags, bit 0 says that the slot is used, bit 1 that the series is active, bits 2 to 7 are a mark of the caller's.
 * A slot is free when its last word is 0. Linear probing; at most three quarters are in use; it doubles when it must and
 * halves when an eighth is in use, so a series takes 43 to 85 bytes while a table grows, and the empty table 512.
 * Removal shifts followers back instead of leaving tombstones. The slot is taken from a product with an odd number drawn
 * per table, because whoever sends labels can choose ids that are equal in any bits he likes.
 *
 * <p>Slot numbers are valid until the next {@link #insert} or {@link #remove}. Not thread-safe: a task owns it.
 */
public final class SeriesTable {
    /** What {@link #find} returns for an unknown series. */
    public static final int ABSENT = -1;

    /** Group numbers, see {@link SeriesGroups}, are below this. */
    public static final int MAX_GROUPS = 1 << 24;

    private static final int WORDS = 4;

    /**
     * Words before the first slot. With the 16 bytes of the array's header they are 64, so that in a large array, which
     * begins a cache line, no slot lies in two.
     */
    private static final int BASE = 6;

    private static final int MIN_SLOTS = 16;
    private static final long USED = 1;
    private static final long ACTIVE = 2;
    private static final int MARK_SHIFT = 2;
    private static final int GROUP_SHIFT = 8;

    /** Marks are 0 to this. */
    public static final int MAX_MARK = 63;

    private static final long LOW_HALF = 0xffff_ffffL;

    private final long multiplier;
    private long[] words = new long[BASE + MIN_SLOTS * WORDS];
    private int mask = MIN_SLOTS - 1;
    private int size;
    private int active;

    /** @param seed anything that a sender cannot know */
    public SeriesTable(long seed) {
        multiplier = seed | 1;
    }

    /** Known series, active or not. */
    public int size() {
        return size;
    }

    /** Series marked active. */
    public int active() {
        return active;
    }

    /** Slots, for {@link #isUsed}: 0 to this number - 1. */
    public int slots() {
        return mask + 1;
    }

    /** Bytes of the array. */
    public long heapBytes() {
        return 16L + 8L * words.length;
    }

    /** The slot of a series, or {@link #ABSENT}. */
    public int find(long idHigh, long idLow) {
        long[] table = words;
        int slot = home(idHigh, idLow) & mask;
        while (true) {
            int at = BASE + slot * WORDS;
            if (table[at + 1] == idLow && table[at] == idHigh && table[at + 3] != 0) {
                return slot;
            }
            if (table[at + 3] == 0) {
                return ABSENT;
            }
            slot = slot + 1 & mask;
        }
    }

    /**
     * Brings the place of a series near, so that {@link #find} need not wait for it. Nothing depends on the result, but the
     * caller must use it, lest the compiler leaves the work out.
     */
    public long fetch(long idHigh, long idLow) {
        return words[BASE + (home(idHigh, idLow) & mask) * WORDS + 3];
    }

    /**
     * Adds a series that is not there, inactive and announced on no day.
     *
     * @return its slot
     */
    public int insert(long idHigh, long idLow, int check, int group, int seenSeconds) {
        if ((size + 1) * 4L > slots() * 3L) {
            resize(slots() * 2);
        }
        int slot = freeSlot(words, mask, idHigh, idLow);
        int at = at(slot);
        words[at] = idHigh;
        words[at + 1] = idLow;
        words[at + 2] = (long) check << 32;
        words[at + 3] = (long) seenSeconds << 32 | (long) group << GROUP_SHIFT | USED;
        size++;
        return slot;
    }

    /** Forgets the series in a slot. Another series may be in the slot afterwards. */
    public void remove(int slot) {
        if (isActive(slot)) {
            active--;
        }
        size--;
        long[] table = words;
        int hole = slot;
        int next = slot + 1 & mask;
        while (table[at(next) + 3] != 0) {
            int home = home(table[at(next)], table[at(next) + 1]) & mask;
            // A follower may fill the hole unless its home lies cyclically behind the hole.
            if ((next - home & mask) >= (next - hole & mask)) {
                System.arraycopy(table, at(next), table, at(hole), WORDS);
                hole = next;
            }
            next = next + 1 & mask;
        }
        table[at(hole) + 3] = 0;
        if (slots() > MIN_SLOTS && size * 8L < slots()) {
            resize(slots() / 2);
        }
    }

    public boolean isUsed(int slot) {
        return words[at(slot) + 3] != 0;
    }

    public long idHigh(int slot) {
        return words[at(slot)];
    }

    public long idLow(int slot) {
        return words[at(slot) + 1];
    }

    /** CRC32C of the canonical labels. */
    public int check(int slot) {
        return (int) (words[at(slot) + 2] >>> 32);
    }

    /** See {@link AnnouncedDays}. */
    public int days(int slot) {
        return (int) words[at(slot) + 2];
    }

    public void setDays(int slot, int days) {
        int at = at(slot) + 2;
        words[at] = words[at] & ~LOW_HALF | days & LOW_HALF;
    }

    public boolean isActive(int slot) {
        return (words[at(slot) + 3] & ACTIVE) != 0;
    }

    public void setActive(int slot, boolean nowActive) {
        if (isActive(slot) != nowActive) {
            words[at(slot) + 3] ^= ACTIVE;
            active += nowActive ? 1 : -1;
        }
    }

    /** When the series last had a sample, in seconds since 1970, unsigned. */
    public int seenSeconds(int slot) {
        return (int) (words[at(slot) + 3] >>> 32);
    }

    public void setSeenSeconds(int slot, int seconds) {
        int at = at(slot) + 3;
        words[at] = words[at] & LOW_HALF | (long) seconds << 32;
    }

    /** The number given at {@link #insert}. */
    public int group(int slot) {
        return (int) (words[at(slot) + 3] >>> GROUP_SHIFT) & MAX_GROUPS - 1;
    }

    /** What was given to {@link #setMark}; 0 before. */
    public int mark(int slot) {
        return (int) (words[at(slot) + 3] >>> MARK_SHIFT) & MAX_MARK;
    }

    /** @param mark 0 to {@link #MAX_MARK} */
    public void setMark(int slot, int mark) {
        int at = at(slot) + 3;
        words[at] = words[at] & ~((long) MAX_MARK << MARK_SHIFT) | (long) mark << MARK_SHIFT;
    }

    /** Sets all marks to 0. */
    public void clearMarks() {
        for (int slot = 0; slot < slots(); slot++) {
            if (isUsed(slot)) {
                setMark(slot, 0);
            }
        }
    }

    private static int at(int slot) {
        return BASE + slot * WORDS;
    }

    private int home(long idHigh, long idLow) {
        long mixed = (idHigh ^ Long.rotateLeft(idLow, 32)) * multiplier;
        mixed = (mixed ^ mixed >>> 32 ^ idLow) * multiplier;
        return (int) (mixed >>> 32);
    }

    private int freeSlot(long[] table, int tableMask, long idHigh, long idLow) {
        int slot = home(idHigh, idLow) & tableMask;
        while (table[at(slot) + 3] != 0) {
            slot = slot + 1 & tableMask;
        }
        return slot;
    }

    private void resize(int slots) {
        long[] fresh = new long[Math.addExact(Math.multiplyExact(slots, WORDS), BASE)];
        for (int slot = 0; slot < slots(); slot++) {
            int from = at(slot);
            if (words[from + 3] != 0) {
                int to = at(freeSlot(fresh, slots - 1, words[from], words[from + 1]));
                System.arraycopy(words, from, fresh, to, WORDS);
            }
        }
        words = fresh;
        mask = slots - 1;
    }
}
