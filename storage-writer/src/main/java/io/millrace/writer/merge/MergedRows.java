package io.millrace.writer.merge;

import io.millrace.model.NativeHistogram;
import io.millrace.model.SampleColumns;
import io.millrace.model.SeriesId;
import io.millrace.storage.ChunkRow;
import io.millrace.storage.MergedRow;
import io.millrace.wire.chunk.ChunkWriter;
import io.millrace.wire.chunk.DenseChunk;
import io.millrace.wire.chunk.FloatHistogramChunk;
import io.millrace.wire.chunk.HistogramChunk;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Encodes samples of a series as merged rows: floats densely, histograms as Prometheus does, in long chunks. Stateless. */
public final class MergedRows {
    /** Histograms do not get smaller in longer chunks; this keeps rows readable in parts. */
    private static final int MAX_HISTOGRAM_BYTES = 64 * 1024;

    private MergedRows() {}

    /** @param samples of one day, timestamps rise strictly */
    public static List<MergedRow> of(String metric, SeriesId series, SampleColumns samples, long offset) {
        List<MergedRow> rows = new ArrayList<>(1);
        int from = 0;
        while (from < samples.size()) {
            if (samples.histogram(from) == null) {
                int to = endOfFloats(samples, from);
                DenseChunk.Row row = DenseChunk.encodeRow(samples, from, to);
                rows.add(row(metric, series, samples, from, to, offset, row.encoding(), row.data()));
                from = to;
            } else {
                ChunkWriter chunk = histograms(samples, from);
                int to = from + chunk.samples();
                rows.add(row(metric, series, samples, from, to, offset, chunk.rowEncoding(), chunk.rowData()));
                from = to;
            }
        }
        return rows;
    }

    private static MergedRow row(
            String metric,
            SeriesId series,
            SampleColumns samples,
            int from,
            int to,
            long offset,
            byte encoding,
            byte[] data) {
        return new MergedRow(
                metric,
                new ChunkRow(
                        series, samples.timestamp(from), offset, samples.timestamp(to - 1), to - from, encoding, data));
    }

    private static int endOfFloats(SampleColumns samples, int from) {
        int to = from;
        while (to < samples.size() && to - from < DenseChunk.MAX_SAMPLES && samples.histogram(to) == null) {
            to++;
        }
        return to;
    }

    private static ChunkWriter histograms(SampleColumns samples, int from) {
        NativeHistogram first = histogram(samples, from);
        if (first != null && first.integer()) {
            HistogramChunk chunk = new HistogramChunk();
            for (int i = from; hasRoom(chunk, i, samples); i++) {
                NativeHistogram next = histogram(samples, i);
                if (next == null
                        || !next.integer()
                        || !chunk.append(samples.timestamp(i), samples.startTimestamp(i), next)) {
                    break;
                }
            }
            return chunk;
        }
        FloatHistogramChunk chunk = new FloatHistogramChunk();
        for (int i = from; hasRoom(chunk, i, samples); i++) {
            NativeHistogram next = histogram(samples, i);
            if (next == null
                    || next.integer()
                    || !chunk.append(samples.timestamp(i), samples.startTimestamp(i), next)) {
                break;
            }
        }
        return chunk;
    }

    private static boolean hasRoom(ChunkWriter chunk, int index, SampleColumns samples) {
        return index < samples.size()
                && chunk.samples() < ChunkWriter.MAX_SAMPLES
                && chunk.size() < MAX_HISTOGRAM_BYTES;
    }

    private static @Nullable NativeHistogram histogram(SampleColumns samples, int index) {
        return samples.histogram(index);
    }
}
