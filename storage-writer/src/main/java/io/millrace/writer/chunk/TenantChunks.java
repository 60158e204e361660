package io.millrace.writer.chunk;

import io.millrace.model.NativeHistogram;
import io.millrace.model.SeriesId;
import io.millrace.model.TenantId;
import io.millrace.storage.ChunkBucket;
import io.millrace.storage.ChunkRow;
import io.millrace.wire.openchunks.OpenChunk;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The series and open chunks of one tenant in one partition. A series is known by a number that {@link #locate} finds and
 * that is good until the next call of {@link #announce}. For the owner thread.
 */
public final class TenantChunks {
    private final TenantId tenant;
    private final ChunkRules rules;
    private final OffsetLedger ledger;
    private final ChunkTotals totals;
    private final PlainChunks plain;
    private final BiConsumer<Integer, Bucket> newBucket;
    private final SeriesTable table;
    private final @Nullable Bucket[] buckets = new Bucket[ChunkBucket.COUNT];
    /** What touching slots gave, so that it is not left out. */
    @SuppressWarnings("UnusedVariable")
    private long touched;

    /** @param newBucket told of each bucket that is made, with its number */
    TenantChunks(
            TenantId tenant,
            ChunkRules rules,
            OffsetLedger ledger,
            ChunkTotals totals,
            PlainChunks plain,
            BiConsumer<Integer, Bucket> newBucket) {
        this.tenant = tenant;
        this.rules = rules;
        this.ledger = ledger;
        this.totals = totals;
        this.plain = plain;
        this.newBucket = newBucket;
        this.table = new SeriesTable(plain::moved);
    }

    public TenantId tenant() {
        return tenant;
    }

    /** Series in the dictionary. */
    public int known() {
        return table.size();
    }

    /** Adds a series to the dictionary. */
    public void announce(SeriesId id, String metricName, long announcedMs) {
        table.announce(id.high(), id.low(), metricName, (int) (announcedMs / 3_600_000));
    }

    /** The number of a series; -1 when it is not in the dictionary. */
    public int locate(long idHigh, long idLow) {
        return table.find(idHigh, idLow);
    }

    /**
     * The numbers of many series, and what {@link #append} needs of them fetched into the cache on the way: with a million
     * series every look-up finds nothing there, and to wait for many at once takes hardly longer than to wait for one.
     *
     * @param ids high and low half of each id in turn
     * @param numbers filled from {@code from} to the result
     * @return the first that is not in the dictionary, {@code to} when all are
     */
    public int locate(long[] ids, int from, int to, int[] numbers) {
        long sum = 0;
        for (int i = from; i < to; i++) {
            sum ^= table.touch(ids[2 * i]);
        }
        touched ^= sum;
        int end = from;
        while (end < to) {
            int slot = table.find(ids[2 * end], ids[2 * end + 1]);
            if (slot == SeriesTable.UNKNOWN) {
                break;
            }
            numbers[end++] = slot;
        }
        for (int i = from; i < end; i++) {
            int chunk = table.chunk(numbers[i]);
            if (chunk != SeriesTable.NO_CHUNK) {
                plain.touch(chunk);
            }
        }
        return end;
    }

    /** The metric of a series. */
    public String metricName(int series) {
        return table.metric(series);
    }

    /** @param position see {@link ChunkRow#position}; rises with every sample of the partition */
    public Appended append(int series, long timestampMs, long startMs, long valueBits, long position, long receivedMs) {
        int chunk = table.chunk(series);
        if (chunk != SeriesTable.NO_CHUNK && startMs == 0) {
            if (timestampMs > plain.lastTimestampMs(chunk)) {
                int before = plain.size(chunk);
                if (plain.append(chunk, timestampMs, valueBits, receivedMs, rules)) {
                    totals.openBytes += plain.size(chunk) - before;
                } else {
                    bucketOf(series).sealPlain(chunk);
                    plain.again(chunk, timestampMs, valueBits, position, receivedMs);
                    begun(chunk);
                }
                return Appended.IN_ORDER;
            }
            if (plain.endsWith(chunk, timestampMs, valueBits)) {
                return Appended.DUPLICATE;
            }
        }
        if (chunk == SeriesTable.NO_CHUNK && startMs == 0 && table.object(series) == null) {
            Bucket bucket = bucketOf(series);
            int begun = plain.begin(series, timestampMs, valueBits, position, receivedMs);
            table.setChunk(series, begun);
            begun(begun);
            bucket.list(begun);
            return Appended.IN_ORDER;
        }
        return object(series).append(timestampMs, startMs, valueBits, position, receivedMs);
    }

    public Appended append(
            int series, long timestampMs, long startMs, NativeHistogram histogram, long position, long receivedMs) {
        return object(series).append(timestampMs, startMs, histogram, position, receivedMs);
    }

    private void begun(int chunk) {
        ledger.hold(ChunkRow.recordOffset(plain.position(chunk)));
        totals.openChunks++;
        totals.openBytes += plain.size(chunk);
    }

    /** The series as an object, with what it has open. */
    private OpenSeries object(int series) {
        OpenSeries object = table.object(series);
        if (object == null) {
            Bucket bucket = bucketOf(series);
            object = new OpenSeries(table.idHigh(series), table.idLow(series), table.metric(series), bucket);
            int chunk = table.chunk(series);
            if (chunk != SeriesTable.NO_CHUNK) {
                object.adopt(plain.moveOut(chunk));
                table.setChunk(series, SeriesTable.NO_CHUNK);
                bucket.listMoved(object);
            } else {
                bucket.list(object);
            }
            table.setObject(series, object);
        }
        return object;
    }

    int sweep(int forgetBeforeHour) {
        return table.sweep(forgetBeforeHour);
    }

    /** Seals everything and hands it to {@code out}: what comes next begins new chunks. */
    public void flush(Consumer<ChunkWrite> out) {
        for (Bucket bucket : buckets) {
            if (bucket != null) {
                bucket.flush(out);
            }
        }
    }

    /** Copies what is in memory of the listed series and overlaps the range. */
    public void copy(List<SeriesId> series, long fromMs, long toMs, Consumer<OpenChunk> out) {
        for (SeriesId id : series) {
            int slot = table.find(id.high(), id.low());
            if (slot == SeriesTable.UNKNOWN) {
                continue;
            }
            int chunk = table.chunk(slot);
            if (chunk != SeriesTable.NO_CHUNK && plain.overlaps(chunk, fromMs, toMs)) {
                out.accept(plain.copy(chunk, id));
            }
            OpenSeries object = table.object(slot);
            if (object != null) {
                object.copy(fromMs, toMs, out);
            }
        }
        // Sealed chunks are few and stand by bucket, so look through them once for all series.
        Set<SeriesId> wanted = new HashSet<>(series);
        for (Bucket bucket : buckets) {
            if (bucket != null) {
                bucket.copySealed(wanted::contains, fromMs, toMs, out);
            }
        }
    }

    /** Copies what is in memory of a bucket and overlaps the range. */
    public void copyBucket(int number, long fromMs, long toMs, Consumer<OpenChunk> out) {
        Bucket bucket = buckets[number];
        if (bucket != null) {
            bucket.copyGrowing(fromMs, toMs, out);
            bucket.copySealed(id -> true, fromMs, toMs, out);
        }
    }

    private Bucket bucketOf(int series) {
        int number = table.bucket(series);
        Bucket bucket = buckets[number];
        if (bucket == null) {
            bucket = new Bucket(tenant, number, rules, ledger, totals, plain, table);
            buckets[number] = bucket;
            newBucket.accept(number, bucket);
        }
        return bucket;
    }
}
