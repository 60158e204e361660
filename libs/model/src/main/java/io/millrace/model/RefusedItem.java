package io.millrace.model;

/**
 * An item that was refused, as an example for the tenant: what it was, of when, and its value.
 *
 * @param timestampMs ms since the epoch as the sender said; 0 when there is no item
 * @param value of a sample or an exemplar; 0 for others
 */
public record RefusedItem(Kind kind, long timestampMs, double value) {
    /** What was refused has no item: a whole request, metadata, a series without samples. */
    public static final RefusedItem NONE = new RefusedItem(Kind.NONE, 0, 0);

    /** What kind of item. The numbers stand in records: append only. */
    public enum Kind {
        NONE,
        SAMPLE,
        HISTOGRAM,
        EXEMPLAR
    }

    public static RefusedItem sample(long timestampMs, long valueBits) {
        return new RefusedItem(Kind.SAMPLE, timestampMs, Double.longBitsToDouble(valueBits));
    }

    public static RefusedItem histogram(long timestampMs) {
        return new RefusedItem(Kind.HISTOGRAM, timestampMs, 0);
    }

    public static RefusedItem exemplar(long timestampMs, long valueBits) {
        return new RefusedItem(Kind.EXEMPLAR, timestampMs, Double.longBitsToDouble(valueBits));
    }
}
