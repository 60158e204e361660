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
 * 3  last seen, seconds since 1970 (upper 32 bits, unsigned) | metric number (bits 8 to 31) | flags (bits 0 to 7)
 * </pre>
 *
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

    /** Metric numbers are below this. */
    public static final int MAX_METRICS = 1 << 24;

    private static final int WORDS = 4;
    private static final int MIN_SLOTS = 16;
    private static final long USED = 1;
    private static final long ACTIVE = 2;
    private static final int METRIC_SHIFT = 8;
    private static final long LOW_HALF = 0xffff_ffffL;

    private final long multiplier;
    private long[] words = new long[MIN_SLOTS * WORDS];
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
        return words.length / WORDS;
    }

    /** Bytes of the array. */
    public long heapBytes() {
        return 16L + 8L * words.length;
    }

    /** The slot of a series, or {@link #ABSENT}. */
    public int find(long idHigh, long idLow) {
        long[] table = words;
        int mask = table.length - 1;
        int at = home(idHigh, idLow, table.length / WORDS) * WORDS;
        while (table[at + 3] != 0) {
            if (table[at + 1] == idLow && table[at] == idHigh) {
                return at / WORDS;
            }
            at = at + WORDS & mask;
        }
        return ABSENT;
    }

    /**
     * Adds a series that is not there, inactive and announced on no day.
     *
     * @return its slot
     */
    public int insert(long idHigh, long idLow, int check, int metric, int seenSeconds) {
        if ((size + 1) * 4L > slots() * 3L) {
            resize(slots() * 2);
        }
        int at = freeSlot(words, idHigh, idLow);
        words[at] = idHigh;
        words[at + 1] = idLow;
        words[at + 2] = (long) check << 32;
        words[at + 3] = (long) seenSeconds << 32 | (long) metric << METRIC_SHIFT | USED;
        size++;
        return at / WORDS;
    }

    /** Forgets the series in a slot. Another series may be in the slot afterwards. */
    public void remove(int slot) {
        if (isActive(slot)) {
            active--;
        }
        size--;
        long[] table = words;
        int mask = table.length - 1;
        int hole = slot * WORDS;
        int at = hole + WORDS & mask;
        while (table[at + 3] != 0) {
            int home = home(table[at], table[at + 1], table.length / WORDS) * WORDS;
            // A follower may fill the hole unless its home lies cyclically behind the hole.
            if ((at - home & mask) >= (at - hole & mask)) {
                System.arraycopy(table, at, table, hole, WORDS);
                hole = at;
            }
            at = at + WORDS & mask;
        }
        table[hole + 3] = 0;
        if (slots() > MIN_SLOTS && size * 8L < slots()) {
            resize(slots() / 2);
        }
    }

    public boolean isUsed(int slot) {
        return words[slot * WORDS + 3] != 0;
    }

    public long idHigh(int slot) {
        return words[slot * WORDS];
    }

    public long idLow(int slot) {
        return words[slot * WORDS + 1];
    }

    /** CRC32C of the canonical labels. */
    public int check(int slot) {
        return (int) (words[slot * WORDS + 2] >>> 32);
    }

    /** See {@link AnnouncedDays}. */
    public int days(int slot) {
        return (int) words[slot * WORDS + 2];
    }

    public void setDays(int slot, int days) {
        int at = slot * WORDS + 2;
        words[at] = words[at] & ~LOW_HALF | days & LOW_HALF;
    }

    public boolean isActive(int slot) {
        return (words[slot * WORDS + 3] & ACTIVE) != 0;
    }

    public void setActive(int slot, boolean nowActive) {
        if (isActive(slot) != nowActive) {
            words[slot * WORDS + 3] ^= ACTIVE;
            active += nowActive ? 1 : -1;
        }
    }

    /** When the series last had a sample, in seconds since 1970, unsigned. */
    public int seenSeconds(int slot) {
        return (int) (words[slot * WORDS + 3] >>> 32);
    }

    public void setSeenSeconds(int slot, int seconds) {
        int at = slot * WORDS + 3;
        words[at] = words[at] & LOW_HALF | (long) seconds << 32;
    }

    /** The number given at {@link #insert}. */
    public int metric(int slot) {
        return (int) (words[slot * WORDS + 3] >>> METRIC_SHIFT) & MAX_METRICS - 1;
    }

    private int home(long idHigh, long idLow, int slots) {
        long mixed = (idHigh ^ Long.rotateLeft(idLow, 32)) * multiplier;
        mixed = (mixed ^ mixed >>> 32 ^ idLow) * multiplier;
        return (int) (mixed >>> 32) & slots - 1;
    }

    private int freeSlot(long[] table, long idHigh, long idLow) {
        int mask = table.length - 1;
        int at = home(idHigh, idLow, table.length / WORDS) * WORDS;
        while (table[at + 3] != 0) {
            at = at + WORDS & mask;
        }
        return at;
    }

    private void resize(int slots) {
        long[] old = words;
        long[] fresh = new long[Math.multiplyExact(slots, WORDS)];
        for (int at = 0; at < old.length; at += WORDS) {
            if (old[at + 3] != 0) {
                System.arraycopy(old, at, fresh, freeSlot(fresh, old[at], old[at + 1]), WORDS);
            }
        }
        words = fresh;
    }
}
