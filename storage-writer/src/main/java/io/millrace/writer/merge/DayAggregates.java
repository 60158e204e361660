package io.millrace.writer.merge;

import io.millrace.model.SampleColumns;
import io.millrace.model.SeriesId;
import io.millrace.model.WindowAggregates;
import io.millrace.storage.AggregateRow;
import io.millrace.storage.ChunkRow;
import io.millrace.wire.chunk.AggregateChunk;
import java.util.ArrayList;
import java.util.List;

/**
 * Aggregates of a merged day: of the series that have only floats, without start timestamps, and enough samples that reading
 * windows is worth it. Others are read sample by sample. Not thread-safe.
 */
final class DayAggregates {

    /** Below it a window is no smaller than its samples. */
    private static final int MIN_SAMPLES_PER_WINDOW = 4;

    private final List<WindowAggregates> windows =
            WindowAggregates.LENGTHS_MS.stream().map(WindowAggregates::new).toList();

    /**
     * @param samples of one day, all that are stored
     * @param dayStartMs when that began
     * @param again whether an earlier merge may have written some that are not right any more
     */
    List<AggregateRow> of(
            String metric, SeriesId series, SampleColumns samples, long dayStartMs, long offset, boolean again) {
        List<AggregateRow> rows = new ArrayList<>(windows.size());
        boolean described = WindowAggregates.describes(samples);
        for (WindowAggregates each : windows) {
            each.clear();
            if (described) {
                each.add(samples, 0, samples.size());
            }
            int windowMs = (int) each.lengthMs();
            if (each.size() > 0 && samples.size() >= (long) MIN_SAMPLES_PER_WINDOW * each.size()) {
                ChunkRow row = new ChunkRow(
                        series,
                        samples.timestamp(0),
                        offset,
                        samples.timestamp(samples.size() - 1),
                        samples.size(),
                        AggregateChunk.ENCODING,
                        AggregateChunk.encode(each));
                rows.add(new AggregateRow(metric, windowMs, row));
            } else if (again) {
                rows.add(AggregateRow.none(metric, windowMs, series, dayStartMs, offset));
            }
        }
        return rows;
    }
}
