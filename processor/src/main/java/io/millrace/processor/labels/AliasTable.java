package io.millrace.processor.labels;

/**
 * Remembers what normalisation made of raw label sets: raw id → id, for one tenant in one partition. A cache: what it has
 * forgotten is worked out again from the labels, which every batch carries, so it is neither durable nor complete.
 *
 * <p>Open addressing over one {@code long} array, five longs a slot: raw id (2), id (2), and one with the CRC32C of the raw
 * labels (upper 32 bits), a note of 31 bits that is the caller's, and bit 0 saying that the slot is used. When it holds
 * {@code maxEntries} it forgets everything. Not thread-safe.
 */
public final class AliasTable {
    /** What {@link #find} returns when it does not know. */
    public static final int ABSENT = -1;

    private static final int WORDS = 5;
    private static final long LOW_HALF = 0xffff_ffffL;
    private static final int MIN_SLOTS = 16;

    private final long multiplier;
    private final int maxEntries;
    private long[] words = {};
    private int slots;
    private int size;

    /** @param seed anything that a sender cannot know */
    public AliasTable(long seed, int maxEntries) {
        this.multiplier = seed | 1;
        this.maxEntries = maxEntries;
    }

    public int size() {
        return size;
    }

    /** The slot of a raw label set, valid until the next {@link #put}, or {@link #ABSENT}. */
    public int find(long rawHigh, long rawLow, int rawCheck) {
        if (size == 0) {
            return ABSENT;
        }
        int slot = slotOf(words, slots, rawHigh, rawLow, rawCheck);
        return words[slot * WORDS + 4] == 0 ? ABSENT : slot;
    }

    public long idHigh(int slot) {
        return words[slot * WORDS + 2];
    }

    public long idLow(int slot) {
        return words[slot * WORDS + 3];
    }

    /** What was given to {@link #put}. */
    public int note(int slot) {
        return (int) words[slot * WORDS + 4] >>> 1;
    }

    /** @param note anything from 0 to 2^31 - 1 */
    public void put(long rawHigh, long rawLow, int rawCheck, long idHigh, long idLow, int note) {
        if (size >= maxEntries) {
            clear();
        }
        if ((size + 1) * 4L > slots * 3L) {
            grow();
        }
        int at = slotOf(words, slots, rawHigh, rawLow, rawCheck) * WORDS;
        size += words[at + 4] == 0 ? 1 : 0;
        words[at] = rawHigh;
        words[at + 1] = rawLow;
        words[at + 2] = idHigh;
        words[at + 3] = idLow;
        words[at + 4] = (long) rawCheck << 32 | (long) note << 1 & LOW_HALF | 1;
    }

    /** Forgets everything. */
    public void clear() {
        words = new long[0];
        slots = 0;
        size = 0;
    }

    private void grow() {
        int grown = Math.max(MIN_SLOTS, 2 * slots);
        long[] fresh = new long[Math.multiplyExact(grown, WORDS)];
        for (int at = 0; at < words.length; at += WORDS) {
            if (words[at + 4] != 0) {
                int to = slotOf(fresh, grown, words[at], words[at + 1], (int) (words[at + 4] >>> 32)) * WORDS;
                System.arraycopy(words, at, fresh, to, WORDS);
            }
        }
        words = fresh;
        slots = grown;
    }

    /** Where the raw label set is, or would be put. */
    private int slotOf(long[] table, int count, long rawHigh, long rawLow, int rawCheck) {
        long mixed = (rawHigh ^ Long.rotateLeft(rawLow, 32)) * multiplier;
        mixed = (mixed ^ mixed >>> 32 ^ rawLow) * multiplier;
        int slot = (int) (mixed >>> 32) & count - 1;
        while (true) {
            int at = slot * WORDS;
            boolean free = table[at + 4] == 0;
            if (free || table[at + 1] == rawLow && table[at] == rawHigh && (int) (table[at + 4] >>> 32) == rawCheck) {
                return slot;
            }
            slot = slot + 1 & count - 1;
        }
    }
}
