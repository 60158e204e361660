package io.millrace.storage.verify;

import io.millrace.model.NativeHistogram;
import io.millrace.model.SampleColumns;
import io.millrace.storage.BucketSeries;
import io.millrace.storage.ChunkRow;
import io.millrace.wire.MalformedException;
import io.millrace.wire.chunk.Chunks;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Looks at the rows of one series and day. Not thread-safe. */
final class SeriesVerification {
    private static final long DAY_MS = Duration.ofDays(1).toMillis();

    /** Restarts of a sender are no gaps. */
    private static final long LEAST_GAP_MS = Duration.ofMinutes(10).toMillis();

    private static final int GAP_INTERVALS = 10;

    private final int day;
    private final BucketSeries series;
    private final Consumer<Finding> findings;
    private final TreeMap<Long, Sample> samples = new TreeMap<>();

    private record Sample(double value, @Nullable NativeHistogram histogram, long startTimestampMs, long offset) {}

    SeriesVerification(int day, BucketSeries series, Consumer<Finding> findings) {
        this.day = day;
        this.series = series;
        this.findings = findings;
    }

    /** Returns the samples that can be read, each timestamp once. */
    SampleColumns run() {
        List<ChunkRow> rows = new ArrayList<>(series.chunks());
        rows.addAll(series.merged());
        rows.sort(Comparator.comparingLong(ChunkRow::startMs).thenComparingLong(ChunkRow::offset));
        long end = Long.MIN_VALUE;
        for (ChunkRow row : rows) {
            if (row.startMs() <= end) {
                find(
                        Finding.Kind.OVERLAP,
                        row,
                        "begins at " + time(row.startMs()) + ", before the end of another row, " + time(end));
            }
            end = Math.max(end, row.endMs());
            read(row);
        }
        gaps();
        return columns();
    }

    private void read(ChunkRow row) {
        SampleColumns columns = new SampleColumns();
        try {
            Chunks.decode(row.encoding(), row.data(), Long.MIN_VALUE, Long.MAX_VALUE, columns);
        } catch (MalformedException e) {
            find(Finding.Kind.UNREADABLE, row, String.valueOf(e.getMessage()));
            return;
        }
        int size = columns.size();
        boolean asSaid = size == row.samples()
                && size > 0
                && columns.timestamp(0) == row.startMs()
                && columns.timestamp(size - 1) == row.endMs()
                && columns.isSorted();
        if (!asSaid) {
            find(Finding.Kind.MISLABELLED, row, "has " + size + " samples and says " + row.samples());
        }
        boolean conflict = false;
        boolean outside = false;
        for (int i = 0; i < size; i++) {
            long timestamp = columns.timestamp(i);
            outside |= Math.floorDiv(timestamp, DAY_MS) != day;
            Sample sample = new Sample(columns.value(i), columns.histogram(i), columns.startTimestamp(i), row.offset());
            Sample before = samples.get(timestamp);
            if (before != null && columns.histogram(i) == null) {
                conflict |= Double.doubleToRawLongBits(before.value()) != Double.doubleToRawLongBits(sample.value());
            }
            if (before == null || before.offset() <= sample.offset()) {
                samples.put(timestamp, sample);
            }
        }
        if (outside) {
            find(Finding.Kind.OUTSIDE_THE_DAY, row, time(row.startMs()) + " to " + time(row.endMs()));
        }
        if (conflict) {
            find(Finding.Kind.CONFLICT, row, "has another value for a timestamp than an earlier row");
        }
    }

    private SampleColumns columns() {
        SampleColumns columns = new SampleColumns(samples.size());
        samples.forEach((timestamp, sample) -> {
            if (sample.histogram() == null) {
                columns.add(timestamp, sample.value());
            } else {
                columns.add(timestamp, sample.histogram());
            }
            if (sample.startTimestampMs() != 0) {
                columns.setStartTimestamp(sample.startTimestampMs());
            }
        });
        return columns;
    }

    private void gaps() {
        if (samples.size() < 3) {
            return;
        }
        long[] timestamps = samples.keySet().stream().mapToLong(Long::longValue).toArray();
        long[] intervals = new long[timestamps.length - 1];
        for (int i = 0; i < intervals.length; i++) {
            intervals[i] = timestamps[i + 1] - timestamps[i];
        }
        long[] sorted = intervals.clone();
        Arrays.sort(sorted);
        long most = Math.max(LEAST_GAP_MS, GAP_INTERVALS * sorted[sorted.length / 2]);
        for (int i = 0; i < intervals.length; i++) {
            if (intervals[i] > most) {
                findings.accept(new Finding(
                        Finding.Kind.GAP,
                        series.metric(),
                        series.series(),
                        "",
                        "no sample between " + time(timestamps[i]) + " and " + time(timestamps[i + 1])));
            }
        }
    }

    private void find(Finding.Kind kind, ChunkRow row, String detail) {
        findings.accept(new Finding(
                kind, series.metric(), series.series(), time(row.startMs()) + " place " + row.offset(), detail));
    }

    private static String time(long timeMs) {
        return Instant.ofEpochMilli(timeMs).toString();
    }
}
