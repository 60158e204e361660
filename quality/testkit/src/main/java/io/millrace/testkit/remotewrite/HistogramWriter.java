package io.millrace.testkit.remotewrite;

import io.millrace.model.NativeHistogram;

/** A native histogram in protobuf; the field numbers are the same in both versions. Stateless. */
final class HistogramWriter {

    private HistogramWriter() {}

    static ProtobufWriter write(NativeHistogram h, long timestampMs, long startMs) {
        ProtobufWriter out = new ProtobufWriter();
        if (h.integer()) {
            out.uint64(1, (long) h.count());
        } else {
            out.doubleAlways(2, h.count());
        }
        out.doubleField(3, h.sum());
        out.sint64(4, h.schema());
        out.doubleField(5, h.zeroThreshold());
        if (h.integer()) {
            out.uint64(6, (long) h.zeroCount());
        } else {
            out.doubleAlways(7, h.zeroCount());
        }
        spans(out, 8, h.negativeSpans());
        buckets(out, h.integer(), 9, 10, h.negativeCounts());
        spans(out, 11, h.positiveSpans());
        buckets(out, h.integer(), 12, 13, h.positiveCounts());
        out.int64(14, h.resetHint().ordinal());
        out.int64(15, timestampMs);
        out.packedDouble(16, h.customValues());
        out.int64(17, startMs);
        return out;
    }

    private static void spans(ProtobufWriter out, int field, int[] offsetsAndLengths) {
        for (int i = 0; i < offsetsAndLengths.length; i += 2) {
            ProtobufWriter span = new ProtobufWriter();
            span.sint64(1, offsetsAndLengths[i]);
            span.int64(2, offsetsAndLengths[i + 1]);
            out.message(field, span);
        }
    }

    /** Integer histograms carry the differences between buckets, float ones the counts. */
    private static void buckets(ProtobufWriter out, boolean integer, int deltaField, int countField, double[] counts) {
        if (!integer) {
            out.packedDouble(countField, counts);
            return;
        }
        long[] deltas = new long[counts.length];
        long before = 0;
        for (int i = 0; i < counts.length; i++) {
            deltas[i] = (long) counts[i] - before;
            before = (long) counts[i];
        }
        out.packedSint(deltaField, deltas);
    }
}
