package io.millrace.wire.labels;

import io.millrace.model.Labels;
import io.millrace.model.SeriesId;

/**
 * Labels as bytes: for each label, sorted by name in byte order, {@code uvarint length | name | uvarint length | value}.
 * No count; the length of the whole is known from outside. Documented in {@code docs/formats/labels.md}. Stateless.
 */
public final class CanonicalLabels {
    private CanonicalLabels() {}

    public static byte[] encode(Labels labels) {
        throw new UnsupportedOperationException();
    }

    /** @throws io.millrace.wire.MalformedException when the bytes are not canonical labels */
    public static Labels decode(byte[] buffer, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    /** XXH3 128-bit (seed 0) over the canonical bytes. */
    public static SeriesId id(byte[] buffer, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    public static SeriesId id(Labels labels) {
        byte[] bytes = encode(labels);
        return id(bytes, 0, bytes.length);
    }

    /** The metric name without decoding the rest; "" when there is none. */
    public static String metricName(byte[] buffer, int offset, int length) {
        throw new UnsupportedOperationException();
    }
}
