package io.millrace.wire.remotewrite;

import io.millrace.model.NativeHistogram;
import org.jspecify.annotations.Nullable;

/**
 * The Histogram message of remote write, which is the same in 1.0 and 2.0: read from a request, checked, brought down to
 * schema 8 where it is finer, and written again as Kafka records hold it, to be read by {@link
 * io.millrace.wire.record.HistogramMessage}. Records hold fields 1 to 14 and 16, repeated
 * numbers packed, zero values left out except the count, which tells integer from float histograms. Reused; not
 * thread-safe.
 */
final class ReceivedHistogram {
    /** Buckets of one sign, spans of one sign, or custom bounds. Clients make 160 buckets by default, Prometheus' own cap is 1,000s. */
    static final int MAX_ELEMENTS = 4096;

    /** The finest schema that is stored. */
    static final int MAX_SCHEMA = 8;

    /** The finest schema that senders may use; finer than {@link #MAX_SCHEMA} is merged down. */
    private static final int MAX_SENT_SCHEMA = 52;

    private static final int MIN_SCHEMA = -4;

    long timestampMs;
    long startTimestampMs;

    private boolean floats;
    private long countInt;
    private long countBits;
    private long sumBits;
    private int schema;
    private long zeroThresholdBits;
    private long zeroCountInt;
    private long zeroCountBits;
    private int resetHint;
    private final HistogramBuckets positive = new HistogramBuckets("positive");
    private final HistogramBuckets negative = new HistogramBuckets("negative");
    private final LongList customValueBits = new LongList(MAX_ELEMENTS);

    /** Reads the message from the cursor's position to its limit. */
    void read(ProtobufCursor in) {
        clear();
        while (!in.atEnd()) {
            int tag = in.readTag();
            switch (tag >>> 3) {
                case 1 -> countInt = varint(in, tag);
                case 2 -> {
                    countBits = fixed(in, tag);
                    floats = true;
                }
                case 3 -> sumBits = fixed(in, tag);
                case 4 -> schema = zigZag32(varint(in, tag));
                case 5 -> zeroThresholdBits = fixed(in, tag);
                case 6 -> zeroCountInt = varint(in, tag);
                case 7 -> zeroCountBits = fixed(in, tag);
                case 8 -> span(in, tag, negative);
                case 9 -> deltas(in, tag, negative.deltas);
                case 10 -> doubles(in, tag, negative.countBits);
                case 11 -> span(in, tag, positive);
                case 12 -> deltas(in, tag, positive.deltas);
                case 13 -> doubles(in, tag, positive.countBits);
                case 14 -> resetHint = (int) varint(in, tag);
                case 15 -> timestampMs = varint(in, tag);
                case 16 -> doubles(in, tag, customValueBits);
                case 17 -> startTimestampMs = varint(in, tag);
                default -> in.skip(tag);
            }
        }
    }

    private void clear() {
        timestampMs = 0;
        startTimestampMs = 0;
        floats = false;
        countInt = 0;
        countBits = 0;
        sumBits = 0;
        schema = 0;
        zeroThresholdBits = 0;
        zeroCountInt = 0;
        zeroCountBits = 0;
        resetHint = 0;
        positive.clear();
        negative.clear();
        customValueBits.clear();
    }

    private static long varint(ProtobufCursor in, int tag) {
        if ((tag & 7) != ProtobufCursor.VARINT) {
            throw in.wrongType(tag, "Histogram");
        }
        return in.readVarint();
    }

    private static long fixed(ProtobufCursor in, int tag) {
        if ((tag & 7) != ProtobufCursor.FIXED64) {
            throw in.wrongType(tag, "Histogram");
        }
        return in.readFixed64();
    }

    private static int zigZag32(long raw) {
        int value = (int) raw;
        return (value >>> 1) ^ -(value & 1);
    }

    private static void span(ProtobufCursor in, int tag, HistogramBuckets into) {
        if ((tag & 7) != ProtobufCursor.LENGTH_DELIMITED) {
            throw in.wrongType(tag, "Histogram");
        }
        int outer = in.limit;
        int length = in.readLength();
        in.limit = in.position + length;
        int offset = 0;
        long buckets = 0;
        while (!in.atEnd()) {
            int field = in.readTag();
            switch (field >>> 3) {
                case 1 -> offset = zigZag32(varint(in, field));
                case 2 -> buckets = varint(in, field) & 0xffffffffL;
                default -> in.skip(field);
            }
        }
        in.limit = outer;
        into.addSpan(offset, buckets);
    }

    private static void deltas(ProtobufCursor in, int tag, LongList list) {
        if ((tag & 7) == ProtobufCursor.VARINT) {
            list.add(in.readZigZag());
            return;
        }
        if ((tag & 7) != ProtobufCursor.LENGTH_DELIMITED) {
            throw in.wrongType(tag, "Histogram");
        }
        int outer = in.limit;
        int length = in.readLength();
        in.limit = in.position + length;
        while (!in.atEnd()) {
            list.add(in.readZigZag());
        }
        in.limit = outer;
    }

    private static void doubles(ProtobufCursor in, int tag, LongList list) {
        if ((tag & 7) == ProtobufCursor.FIXED64) {
            list.add(in.readFixed64());
            return;
        }
        if ((tag & 7) != ProtobufCursor.LENGTH_DELIMITED) {
            throw in.wrongType(tag, "Histogram");
        }
        int length = in.readLength();
        if (length % 8 != 0) {
            throw in.malformed("doubles not a multiple of 8 bytes");
        }
        int end = in.position + length;
        while (in.position < end) {
            list.add(in.readFixed64());
        }
    }

    /**
     * Checks that counts, spans and bounds agree, as Prometheus does.
     *
     * @return what is wrong, or null
     */
    @Nullable
    String check() {
        String problem = positive.check(floats);
        if (problem == null) {
            problem = negative.check(floats);
        }
        if (problem == null && customValueBits.overflowed()) {
            problem = "more than " + MAX_ELEMENTS + " custom bounds";
        }
        if (problem == null) {
            problem = schema == NativeHistogram.CUSTOM_BUCKETS ? checkCustom() : checkExponential();
        }
        if (problem == null) {
            problem = floats ? checkFloatCounts() : checkIntegerCounts();
        }
        return problem;
    }

    private @Nullable String checkExponential() {
        if (schema < MIN_SCHEMA || schema > MAX_SENT_SCHEMA) {
            return "schema " + schema + ", known are -4 to 8 and -53";
        }
        return customValueBits.size() > 0 ? "custom bounds in a histogram of schema " + schema : null;
    }

    private @Nullable String checkCustom() {
        boolean zero = floats ? Double.longBitsToDouble(zeroCountBits) != 0 : zeroCountInt != 0;
        if (zero) {
            return "custom buckets with a zero count";
        }
        if (Double.longBitsToDouble(zeroThresholdBits) != 0) {
            return "custom buckets with a zero threshold";
        }
        if (!negative.isEmpty()) {
            return "custom buckets with negative buckets";
        }
        double previous = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < customValueBits.size(); i++) {
            double bound = Double.longBitsToDouble(customValueBits.get(i));
            if (!(bound > previous) || bound == Double.POSITIVE_INFINITY) {
                return "custom bounds must be finite and rise, bound " + (i + 1) + " is " + bound;
            }
            previous = bound;
        }
        return positive.checkWithin(customValueBits.size() + 1);
    }

    private @Nullable String checkFloatCounts() {
        double count = Double.longBitsToDouble(countBits);
        double zeroCount = Double.longBitsToDouble(zeroCountBits);
        if (count < 0) {
            return "count is negative: " + count;
        }
        return zeroCount < 0 ? "zero count is negative: " + zeroCount : null;
    }

    private @Nullable String checkIntegerCounts() {
        if (countInt < 0 || zeroCountInt < 0) {
            return "count beyond 2^63";
        }
        long observed;
        try {
            observed = Math.addExact(Math.addExact(positive.sum(), negative.sum()), zeroCountInt);
        } catch (ArithmeticException e) {
            return "bucket counts add up to more than 2^63";
        }
        boolean sumIsNan = Double.isNaN(Double.longBitsToDouble(sumBits));
        // NaN observations count, but fall into no bucket
        if (sumIsNan ? observed > countInt : observed != countInt) {
            return "buckets hold " + observed + " observations, count is " + countInt;
        }
        return null;
    }

    /** Merges buckets so that the schema is at most {@link #MAX_SCHEMA}. After {@link #check} found nothing. */
    void reduceResolution() {
        if (schema > MAX_SCHEMA) {
            positive.mergeDown(schema - MAX_SCHEMA, floats);
            negative.mergeDown(schema - MAX_SCHEMA, floats);
            schema = MAX_SCHEMA;
        }
    }

    /** Writes the message as records hold it; at most {@link RemoteWriteDecoder#MAX_ITEM_BYTES}. */
    int write(MessageBuffer out) {
        out.clear();
        if (floats) {
            out.fixed64(2, countBits);
        } else {
            out.varint(1, countInt);
        }
        out.fixed64IfSet(3, sumBits);
        out.varintIfSet(4, MessageBuffer.zigZag(schema));
        out.fixed64IfSet(5, zeroThresholdBits);
        if (floats) {
            out.fixed64IfSet(7, zeroCountBits);
        } else {
            out.varintIfSet(6, zeroCountInt);
        }
        negative.write(out, 8, floats);
        positive.write(out, 11, floats);
        out.varintIfSet(14, resetHint >= 0 && resetHint <= 3 ? resetHint : 0);
        out.packedFixed64(16, customValueBits);
        return out.size();
    }
}
