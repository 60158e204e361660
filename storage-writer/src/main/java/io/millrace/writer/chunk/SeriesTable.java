package io.millrace.writer.chunk;

import io.millrace.model.SeriesId;
import io.millrace.storage.ChunkPartition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The series of one tenant in one partition by id: those announced (the dictionary, which gives the metric name) and what
 * they have open. A series is known by its slot, which stays the same until the next {@link #announce} or {@link #sweep}.
 * Open addressing in a flat array, 32 bytes a slot. For the owner thread.
 *
 * <pre>
 * slot  0 id high | 1 id low | 2 used:1 chunk:31 hour of the last announcement:32 | 3 bucket:32 metric:32
 * </pre>
 */
final class SeriesTable {
    /** A series that has no chunk in the pool. */
    static final int NO_CHUNK = 0x7fffffff;

    /** Not announced. */
    static final int UNKNOWN = -1;

    private static final int WORDS = 4;
    private static final int INITIAL_SLOTS = 64;

    /** Slots filled at most, in percent. */
    private static final int MAX_LOAD = 75;

    private static final int STATE = 2;
    private static final int BUCKET_AND_METRIC = 3;
    private static final long USED = 1L << 63;

    private final Mover mover;
    private long[] slots = new long[WORDS * INITIAL_SLOTS];
    private int mask = INITIAL_SLOTS - 1;

    /** By slot; null while no series has one. */
    private @Nullable OpenSeries @Nullable [] objects;

    private int size;
    private List<String> metrics = new ArrayList<>();
    private Map<String, Integer> metricNumbers = new HashMap<>();

    /** Told of the new slot of a chunk when the table is rebuilt. */
    interface Mover {
        void moved(int chunk, int slot);
    }

    SeriesTable(Mover mover) {
        this.mover = mover;
    }

    int size() {
        return size;
    }

    /** The slot of a series; {@link #UNKNOWN} when it was never announced. */
    int find(long idHigh, long idLow) {
        int slot = probe(idHigh, idLow);
        return isUsed(slot) ? slot : UNKNOWN;
    }

    /** Brings the slot of an id into the cache; returns something to do with it. */
    long touch(long idHigh) {
        return slots[((int) idHigh & mask) * WORDS];
    }

    long idHigh(int slot) {
        return slots[slot * WORDS];
    }

    long idLow(int slot) {
        return slots[slot * WORDS + 1];
    }

    String metric(int slot) {
        return metrics.get((int) slots[slot * WORDS + BUCKET_AND_METRIC]);
    }

    /** The number of the bucket the series belongs to, see {@link ChunkPartition#bucketNumber}. */
    int bucket(int slot) {
        return (int) (slots[slot * WORDS + BUCKET_AND_METRIC] >>> 32);
    }

    /** The series' chunk in the pool, or {@link #NO_CHUNK}. */
    int chunk(int slot) {
        return (int) (slots[slot * WORDS + STATE] >>> 32) & NO_CHUNK;
    }

    void setChunk(int slot, int chunk) {
        int at = slot * WORDS + STATE;
        slots[at] = slots[at] & 0xffffffffL | USED | (long) chunk << 32;
    }

    /** What the series has open when that is not just a chunk in the pool. */
    @Nullable
    OpenSeries object(int slot) {
        return objects == null ? null : objects[slot];
    }

    void setObject(int slot, @Nullable OpenSeries series) {
        @Nullable OpenSeries[] all = objects;
        if (all == null) {
            all = new OpenSeries[mask + 1];
            objects = all;
        }
        all[slot] = series;
    }

    /** Adds a series to the dictionary, or notes that it was announced again. */
    void announce(long idHigh, long idLow, String metricName, int hour) {
        int slot = probe(idHigh, idLow);
        if (!isUsed(slot)) {
            if ((size + 1) * 100L > (mask + 1) * (long) MAX_LOAD) {
                rebuild(2 * (mask + 1), Integer.MIN_VALUE);
                slot = probe(idHigh, idLow);
            }
            int shard = new SeriesId(idHigh, idLow).shard(ChunkPartition.SHARD_BITS);
            int bucket = ChunkPartition.bucketNumber(metricName, shard);
            put(slot, idHigh, idLow, NO_CHUNK, hour, bucket, metricNumber(metricName));
            size++;
        } else if (hour > hour(slot)) {
            int at = slot * WORDS + STATE;
            slots[at] = slots[at] & 0xffffffff00000000L | hour & 0xffffffffL;
        }
    }

    private void put(int slot, long idHigh, long idLow, int chunk, int hour, int bucket, int metric) {
        int at = slot * WORDS;
        slots[at] = idHigh;
        slots[at + 1] = idLow;
        slots[at + STATE] = USED | (long) chunk << 32 | hour & 0xffffffffL;
        slots[at + BUCKET_AND_METRIC] = (long) bucket << 32 | metric;
    }

    private int metricNumber(String name) {
        return metricNumbers.computeIfAbsent(name, added -> {
            metrics.add(added);
            return metrics.size() - 1;
        });
    }

    /**
     * Forgets the series that have nothing open and were last announced before {@code hour}.
     *
     * @return the number forgotten
     */
    int sweep(int hour) {
        int before = size;
        rebuild(mask + 1, hour);
        return before - size;
    }

    private void rebuild(int newSlots, int forgetBeforeHour) {
        SeriesTable old = new SeriesTable(mover);
        old.slots = slots;
        old.mask = mask;
        old.objects = objects;
        old.metrics = metrics;
        slots = new long[WORDS * newSlots];
        mask = newSlots - 1;
        objects = null;
        metrics = new ArrayList<>();
        metricNumbers = new HashMap<>();
        size = 0;
        for (int from = 0; from <= old.mask; from++) {
            if (old.isUsed(from)) {
                move(old, from, forgetBeforeHour);
            }
        }
    }

    private void move(SeriesTable old, int from, int forgetBeforeHour) {
        OpenSeries object = old.object(from);
        int chunk = old.chunk(from);
        if (object == null && chunk == NO_CHUNK && old.hour(from) < forgetBeforeHour) {
            return;
        }
        int slot = probe(old.idHigh(from), old.idLow(from));
        int metric = metricNumber(old.metric(from));
        put(slot, old.idHigh(from), old.idLow(from), chunk, old.hour(from), old.bucket(from), metric);
        size++;
        if (object != null) {
            setObject(slot, object);
        }
        if (chunk != NO_CHUNK) {
            mover.moved(chunk, slot);
        }
    }

    private int hour(int slot) {
        return (int) slots[slot * WORDS + STATE];
    }

    private boolean isUsed(int slot) {
        return slots[slot * WORDS + STATE] < 0;
    }

    /** The slot of an id, or the empty one where it would stand. */
    private int probe(long idHigh, long idLow) {
        // The id is a hash already; the top of the low half is nearly the same for all ids of a partition.
        int slot = (int) idHigh & mask;
        while (isUsed(slot) && (slots[slot * WORDS] != idHigh || slots[slot * WORDS + 1] != idLow)) {
            slot = slot + 1 & mask;
        }
        return slot;
    }
}
