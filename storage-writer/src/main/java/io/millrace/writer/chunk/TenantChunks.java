package io.millrace.writer.chunk;

import io.millrace.model.NativeHistogram;
import io.millrace.model.SeriesId;
import io.millrace.model.TenantId;
import io.millrace.storage.ChunkBucket;
import io.millrace.storage.ChunkPartition;
import io.millrace.wire.openchunks.OpenChunk;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The series and open chunks of one tenant in one partition. For the owner thread. */
public final class TenantChunks {
    private final TenantId tenant;
    private final ChunkRules rules;
    private final OffsetLedger ledger;
    private final ChunkTotals totals;
    private final BiConsumer<Integer, Bucket> newBucket;
    private final SeriesTable table = new SeriesTable();
    private final @Nullable Bucket[] buckets = new Bucket[ChunkBucket.COUNT];
    private final SeriesTable.Opener opener = this::newSeries;

    /** @param newBucket told of each bucket that is made, with its number */
    TenantChunks(
            TenantId tenant,
            ChunkRules rules,
            OffsetLedger ledger,
            ChunkTotals totals,
            BiConsumer<Integer, Bucket> newBucket) {
        this.tenant = tenant;
        this.rules = rules;
        this.ledger = ledger;
        this.totals = totals;
        this.newBucket = newBucket;
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

    /** The series of an id, ready to take samples; null when it is not in the dictionary. */
    public @Nullable OpenSeries series(long idHigh, long idLow) {
        return table.open(idHigh, idLow, opener);
    }

    /** The metric of an open series. */
    public String metricName(OpenSeries series) {
        return series.metric().name();
    }

    public OpenSeries.Appended append(
            OpenSeries series, long timestampMs, long startMs, long valueBits, long position, long receivedMs) {
        return series.append(timestampMs, startMs, valueBits, position, receivedMs);
    }

    public OpenSeries.Appended append(
            OpenSeries series,
            long timestampMs,
            long startMs,
            NativeHistogram histogram,
            long position,
            long receivedMs) {
        return series.append(timestampMs, startMs, histogram, position, receivedMs);
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
            OpenSeries open = table.get(id.high(), id.low());
            if (open != null) {
                open.copy(fromMs, toMs, out);
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

    private OpenSeries newSeries(long idHigh, long idLow, Metric metric) {
        int shard = new SeriesId(idHigh, idLow).shard(ChunkPartition.SHARD_BITS);
        int number = ChunkPartition.bucketNumber(metric.name(), shard);
        Bucket bucket = buckets[number];
        if (bucket == null) {
            bucket = new Bucket(tenant, number, rules, ledger, totals);
            buckets[number] = bucket;
            newBucket.accept(number, bucket);
        }
        return new OpenSeries(idHigh, idLow, metric, bucket);
    }
}
