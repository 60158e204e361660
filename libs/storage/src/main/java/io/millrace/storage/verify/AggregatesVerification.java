package io.millrace.storage.verify;

import io.millrace.model.SampleColumns;
import io.millrace.model.SeriesId;
import io.millrace.model.TenantId;
import io.millrace.model.WindowAggregates;
import io.millrace.storage.BucketSeries;
import io.millrace.storage.ChunkPartition;
import io.millrace.storage.ChunkRow;
import io.millrace.storage.ChunkStore;
import io.millrace.wire.MalformedException;
import io.millrace.wire.chunk.AggregateChunk;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Looks at the aggregates of a day: what can be read must be what the samples come to, bit for bit, because that is what the
 * merge did. Those beside chunks are left out, as readers do, and those of an earlier merge than the samples beside them:
 * a merge is under way, or was killed and will be done again. Not thread-safe.
 */
final class AggregatesVerification {
    private static final long DAY_MS = Duration.ofDays(1).toMillis();

    /** Series read at once: two lengths of windows with 11 numbers for each are 28 KB a series. */
    private static final int MOST_WAITING = 100;

    private final ChunkStore store;
    private final TenantId tenant;
    private final int day;
    private final Consumer<Finding> findings;
    private final Map<SeriesId, Expected> waiting = new HashMap<>();
    private String metric = "";
    private int shard;

    /** @param place of the merged rows, the highest */
    private record Expected(List<WindowAggregates> windows, long place) {}

    AggregatesVerification(ChunkStore store, TenantId tenant, int day, Consumer<Finding> findings) {
        this.store = store;
        this.tenant = tenant;
        this.day = day;
        this.findings = findings;
    }

    /** The next series of the day; series of a metric and shard that come one after the other are read together. */
    void add(BucketSeries series, SampleColumns samples) {
        if (!series.chunks().isEmpty() || series.merged().isEmpty()) {
            return;
        }
        int shardOf = series.series().shard(ChunkPartition.SHARD_BITS);
        if (waiting.size() == MOST_WAITING || !metric.equals(series.metric()) || shard != shardOf) {
            finish();
        }
        metric = series.metric();
        shard = shardOf;
        List<WindowAggregates> windows =
                WindowAggregates.LENGTHS_MS.stream().map(WindowAggregates::new).toList();
        if (WindowAggregates.describes(samples)) {
            windows.forEach(each -> each.add(samples, 0, samples.size()));
        }
        long place = series.merged().stream().mapToLong(ChunkRow::offset).max().orElse(0);
        waiting.put(series.series(), new Expected(windows, place));
    }

    /** Looks at those that wait to be read. */
    void finish() {
        if (waiting.isEmpty()) {
            return;
        }
        ChunkPartition partition = new ChunkPartition(tenant, day, metric, shard);
        for (int i = 0; i < WindowAggregates.LENGTHS_MS.size(); i++) {
            int length = i;
            store.readAggregates(
                    List.of(partition),
                    waiting.keySet(),
                    day * DAY_MS,
                    (day + 1) * DAY_MS - 1,
                    WindowAggregates.LENGTHS_MS.get(i),
                    row -> {
                        if (row.encoding() == AggregateChunk.ENCODING) {
                            check(row, length);
                        }
                    });
        }
        waiting.clear();
    }

    private void check(ChunkRow row, int length) {
        Expected expected = waiting.get(row.series());
        if (expected == null || row.offset() < expected.place()) {
            return;
        }
        WindowAggregates wanted = expected.windows().get(length);
        WindowAggregates read = new WindowAggregates(wanted.lengthMs());
        try {
            AggregateChunk.decode(row.data(), Long.MIN_VALUE, Long.MAX_VALUE, read);
        } catch (MalformedException e) {
            find(Finding.Kind.UNREADABLE_AGGREGATES, row, wanted, String.valueOf(e.getMessage()));
            return;
        }
        if (!same(read, wanted)) {
            find(
                    Finding.Kind.WRONG_AGGREGATES,
                    row,
                    wanted,
                    read.size() + " windows that are not what the samples come to, which are " + wanted.size());
        }
    }

    private static boolean same(WindowAggregates read, WindowAggregates wanted) {
        boolean same = read.size() == wanted.size();
        for (int i = 0; same && i < read.size(); i++) {
            same = read.end(i) == wanted.end(i)
                    && read.count(i) == wanted.count(i)
                    && read.firstTime(i) == wanted.firstTime(i)
                    && read.lastTime(i) == wanted.lastTime(i)
                    && same(read.sum(i), wanted.sum(i))
                    && same(read.min(i), wanted.min(i))
                    && same(read.max(i), wanted.max(i))
                    && same(read.first(i), wanted.first(i))
                    && same(read.last(i), wanted.last(i))
                    && same(read.resets(i), wanted.resets(i));
        }
        return same;
    }

    /** NaN equals NaN. */
    private static boolean same(double left, double right) {
        return Double.doubleToLongBits(left) == Double.doubleToLongBits(right);
    }

    private void find(Finding.Kind kind, ChunkRow row, WindowAggregates windows, String detail) {
        findings.accept(new Finding(
                kind,
                metric,
                row.series(),
                Duration.ofMillis(windows.lengthMs()).toMinutes() + " m place " + row.offset(),
                detail));
    }
}
