package io.millrace.processor;

import io.millrace.model.Labels;
import io.millrace.model.SeriesId;
import io.millrace.wire.labels.CanonicalLabels;
import io.millrace.wire.record.SampleBatchWriter;

/** Builds a value of the topic {@code received}, as the gateway does. */
final class ReceivedBatch {
    private final SampleBatchWriter writer = new SampleBatchWriter();

    ReceivedBatch(long receiveTimeMs) {
        writer.begin(receiveTimeMs);
    }

    ReceivedBatch series(Labels labels) {
        byte[] bytes = CanonicalLabels.encode(labels);
        return series(CanonicalLabels.id(bytes, 0, bytes.length), bytes);
    }

    ReceivedBatch series(SeriesId id, byte[] labels) {
        writer.series(id.high(), id.low(), labels, 0, labels.length);
        return this;
    }

    ReceivedBatch sample(long timestampMs, double value) {
        writer.sample(timestampMs, 0, Double.doubleToRawLongBits(value));
        return this;
    }

    SampleBatchWriter writer() {
        return writer;
    }

    byte[] bytes() {
        return writer.toByteArray();
    }
}
