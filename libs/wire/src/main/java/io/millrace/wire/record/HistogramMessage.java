package io.millrace.wire.record;

import io.millrace.model.NativeHistogram;
import io.millrace.model.NativeHistogram.ResetHint;
import io.millrace.wire.ByteReader;
import io.millrace.wire.ByteWriter;
import io.millrace.wire.MalformedException;
import java.util.Arrays;

/**
 * The protobuf message {@code Histogram} of remote write 1.0 and 2.0 and of remote read, as value. In records it stands
 * without its timestamps (15 and 17): fields 1 to 14 and 16. Bucket counts of integer histograms are deltas from bucket
 * to bucket there, absolute here. Stateless.
 */
public final class HistogramMessage {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int SIZED = 2;
    private static final int FIXED32 = 5;

    private static final int COUNT_INT = 1;
    private static final int COUNT_FLOAT = 2;
    private static final int SUM = 3;
    private static final int SCHEMA = 4;
    private static final int ZERO_THRESHOLD = 5;
    private static final int ZERO_COUNT_INT = 6;
    private static final int ZERO_COUNT_FLOAT = 7;
    private static final int NEGATIVE_SPANS = 8;
    private static final int NEGATIVE_DELTAS = 9;
    private static final int NEGATIVE_COUNTS = 10;
    private static final int POSITIVE_SPANS = 11;
    private static final int POSITIVE_DELTAS = 12;
    private static final int POSITIVE_COUNTS = 13;
    private static final int RESET_HINT = 14;
    private static final int CUSTOM_VALUES = 16;

    private static final int SPAN_OFFSET = 1;
    private static final int SPAN_LENGTH = 2;

    private static final ResetHint[] HINTS = ResetHint.values();

    private HistogramMessage() {}

    /** The message without timestamps: the count always, other numbers when they are not zero. */
    public static byte[] encode(NativeHistogram histogram) {
        ByteWriter out = new ByteWriter(64 + 4 * histogram.positiveCounts().length);
        encode(histogram, out);
        return out.toByteArray();
    }

    /** Appends what {@link #encode(NativeHistogram)} returns. */
    public static void encode(NativeHistogram histogram, ByteWriter out) {
        boolean integer = histogram.integer();
        if (integer) {
            putTag(out, COUNT_INT, VARINT);
            out.putUvarint(unsigned(histogram.count()));
        } else {
            putTag(out, COUNT_FLOAT, FIXED64);
            out.putLongLittleEndian(Double.doubleToRawLongBits(histogram.count()));
        }
        putDouble(out, SUM, histogram.sum());
        if (histogram.schema() != 0) {
            putTag(out, SCHEMA, VARINT);
            out.putSvarint(histogram.schema());
        }
        putDouble(out, ZERO_THRESHOLD, histogram.zeroThreshold());
        if (!integer) {
            putDouble(out, ZERO_COUNT_FLOAT, histogram.zeroCount());
        } else if (histogram.zeroCount() != 0) {
            putTag(out, ZERO_COUNT_INT, VARINT);
            out.putUvarint(unsigned(histogram.zeroCount()));
        }
        putSpans(out, NEGATIVE_SPANS, histogram.negativeSpans());
        putCounts(out, integer ? NEGATIVE_DELTAS : NEGATIVE_COUNTS, histogram.negativeCounts(), integer);
        putSpans(out, POSITIVE_SPANS, histogram.positiveSpans());
        putCounts(out, integer ? POSITIVE_DELTAS : POSITIVE_COUNTS, histogram.positiveCounts(), integer);
        if (histogram.resetHint() != ResetHint.UNKNOWN) {
            putTag(out, RESET_HINT, VARINT);
            out.putUvarint(histogram.resetHint().ordinal());
        }
        putCounts(out, CUSTOM_VALUES, histogram.customValues(), false);
    }

    private static void putTag(ByteWriter out, int field, int type) {
        out.putUvarint(field << 3 | type);
    }

    /** Leaves out what protobuf takes for absent, by bits: -0.0 is not. */
    private static void putDouble(ByteWriter out, int field, double value) {
        long bits = Double.doubleToRawLongBits(value);
        if (bits != 0) {
            putTag(out, field, FIXED64);
            out.putLongLittleEndian(bits);
        }
    }

    private static void putSpans(ByteWriter out, int field, int[] spans) {
        for (int i = 0; i < spans.length; i += 2) {
            long offset = zigzag(spans[i]);
            int length = spans[i + 1];
            putTag(out, field, SIZED);
            out.putUvarint((offset == 0 ? 0 : 1 + ByteWriter.uvarintSize(offset))
                    + (length == 0 ? 0 : 1 + ByteWriter.uvarintSize(length)));
            if (offset != 0) {
                putTag(out, SPAN_OFFSET, VARINT);
                out.putUvarint(offset);
            }
            if (length != 0) {
                putTag(out, SPAN_LENGTH, VARINT);
                out.putUvarint(length);
            }
        }
    }

    private static void putCounts(ByteWriter out, int field, double[] counts, boolean asDeltas) {
        if (counts.length == 0) {
            return;
        }
        putTag(out, field, SIZED);
        if (!asDeltas) {
            out.putUvarint((long) counts.length * Double.BYTES);
            for (double count : counts) {
                out.putLongLittleEndian(Double.doubleToRawLongBits(count));
            }
            return;
        }
        int size = 0;
        for (int i = 0; i < counts.length; i++) {
            size += ByteWriter.uvarintSize(zigzag(delta(counts, i)));
        }
        out.putUvarint(size);
        for (int i = 0; i < counts.length; i++) {
            out.putSvarint(delta(counts, i));
        }
    }

    private static long delta(double[] counts, int index) {
        return (long) counts[index] - (index == 0 ? 0 : (long) counts[index - 1]);
    }

    private static long zigzag(long value) {
        return (value << 1) ^ (value >> 63);
    }

    /** A count as 64 unsigned bits. */
    private static long unsigned(double count) {
        return count < 0x1p63 ? (long) count : (long) (count - 0x1p63) ^ Long.MIN_VALUE;
    }

    /**
     * Reads a message; timestamps and fields of later versions are skipped. Integers above 2^53 come as the nearest
     * double.
     *
     * @throws io.millrace.wire.MalformedException when the bytes are not such a message, or spans and counts disagree
     */
    public static NativeHistogram decode(byte[] buffer, int offset, int length) {
        Fields fields = new Fields();
        ByteReader in = new ByteReader(buffer, offset, length);
        while (in.hasRemaining()) {
            long tag = in.readUvarint();
            if (tag >>> 3 == 0 || tag >>> 32 != 0) {
                throw new MalformedException("field number out of range before byte " + in.position());
            }
            fields.read(in, (int) (tag >>> 3), (int) tag & 7);
        }
        return fields.toHistogram();
    }

    /** The fields read so far. */
    private static final class Fields {
        private boolean integer = true;
        private long countInt;
        private long zeroCountInt;
        private double count;
        private double zeroCount;
        private double sum;
        private int schema;
        private double zeroThreshold;
        private ResetHint hint = ResetHint.UNKNOWN;
        /** Offset, length, offset, length, ... */
        private final Numbers negativeSpans = new Numbers();

        private final Numbers positiveSpans = new Numbers();
        private final Numbers negativeDeltas = new Numbers();
        private final Numbers positiveDeltas = new Numbers();
        /** Double bits, these and the next. */
        private final Numbers negativeCounts = new Numbers();

        private final Numbers positiveCounts = new Numbers();
        private final Numbers customValues = new Numbers();

        private void read(ByteReader in, int field, int type) {
            switch (field) {
                case COUNT_INT -> {
                    countInt = readVarint(in, type);
                    integer = true;
                }
                case COUNT_FLOAT -> {
                    count = readDouble(in, type);
                    integer = false;
                }
                case SUM -> sum = readDouble(in, type);
                case SCHEMA -> schema = zigzag32(readVarint(in, type));
                case ZERO_THRESHOLD -> zeroThreshold = readDouble(in, type);
                case ZERO_COUNT_INT -> zeroCountInt = readVarint(in, type);
                case ZERO_COUNT_FLOAT -> zeroCount = readDouble(in, type);
                case NEGATIVE_SPANS -> readSpan(in, type, negativeSpans);
                case NEGATIVE_DELTAS -> readDeltas(in, type, negativeDeltas);
                case NEGATIVE_COUNTS -> readDoubles(in, type, negativeCounts);
                case POSITIVE_SPANS -> readSpan(in, type, positiveSpans);
                case POSITIVE_DELTAS -> readDeltas(in, type, positiveDeltas);
                case POSITIVE_COUNTS -> readDoubles(in, type, positiveCounts);
                case RESET_HINT -> {
                    long number = readVarint(in, type);
                    hint = number >= 0 && number < HINTS.length ? HINTS[(int) number] : ResetHint.UNKNOWN;
                }
                case CUSTOM_VALUES -> readDoubles(in, type, customValues);
                default -> skip(in, type);
            }
        }

        private NativeHistogram toHistogram() {
            double[] positive = integer ? positiveDeltas.toCounts() : positiveCounts.toDoubles();
            double[] negative = integer ? negativeDeltas.toCounts() : negativeCounts.toDoubles();
            return new NativeHistogram(
                    integer,
                    hint,
                    schema,
                    zeroThreshold,
                    integer ? toDouble(zeroCountInt) : zeroCount,
                    integer ? toDouble(countInt) : count,
                    sum,
                    positiveSpans.toSpans(positive.length),
                    positive,
                    negativeSpans.toSpans(negative.length),
                    negative,
                    customValues.toDoubles());
        }
    }

    private static long readVarint(ByteReader in, int type) {
        expect(in, type, VARINT);
        return in.readUvarint();
    }

    private static double readDouble(ByteReader in, int type) {
        expect(in, type, FIXED64);
        return Double.longBitsToDouble(in.readLongLittleEndian());
    }

    private static void readSpan(ByteReader in, int type, Numbers out) {
        expect(in, type, SIZED);
        int end = in.readLength() + in.position();
        int limit = in.limit();
        in.window(in.position(), end);
        int offset = 0;
        int length = 0;
        while (in.hasRemaining()) {
            long tag = in.readUvarint();
            if (tag == (SPAN_OFFSET << 3 | VARINT)) {
                offset = zigzag32(in.readUvarint());
            } else if (tag == (SPAN_LENGTH << 3 | VARINT)) {
                length = (int) in.readUvarint();
            } else {
                skip(in, (int) tag & 7);
            }
        }
        in.window(end, limit);
        out.add(offset);
        out.add(length);
    }

    /** Packed or not: both are legal for repeated numbers. */
    private static void readDeltas(ByteReader in, int type, Numbers out) {
        if (type == VARINT) {
            out.add(in.readSvarint());
            return;
        }
        expect(in, type, SIZED);
        int end = in.readLength() + in.position();
        int limit = in.limit();
        in.window(in.position(), end);
        while (in.hasRemaining()) {
            out.add(in.readSvarint());
        }
        in.window(end, limit);
    }

    private static void readDoubles(ByteReader in, int type, Numbers out) {
        if (type == FIXED64) {
            out.add(in.readLongLittleEndian());
            return;
        }
        expect(in, type, SIZED);
        int length = in.readLength();
        if (length % Double.BYTES != 0) {
            throw new MalformedException("doubles before byte " + in.position() + " take " + length + " bytes");
        }
        for (int i = 0; i < length; i += Double.BYTES) {
            out.add(in.readLongLittleEndian());
        }
    }

    private static void expect(ByteReader in, int type, int expected) {
        if (type != expected) {
            throw new MalformedException("field of a histogram before byte " + in.position() + " has wire type " + type
                    + ", not " + expected);
        }
    }

    private static void skip(ByteReader in, int type) {
        switch (type) {
            case VARINT -> in.readUvarint();
            case FIXED64 -> in.skip(Long.BYTES);
            case SIZED -> in.skip(in.readLength());
            case FIXED32 -> in.skip(Integer.BYTES);
            default -> throw new MalformedException("unknown wire type " + type + " before byte " + in.position());
        }
    }

    private static int zigzag32(long raw) {
        int bits = (int) raw;
        return (bits >>> 1) ^ -(bits & 1);
    }

    /** An unsigned number. */
    private static double toDouble(long value) {
        return value >= 0 ? value : (double) (value >>> 1 | value & 1) * 2;
    }

    /** Numbers of a repeated field. */
    private static final class Numbers {
        private static final long[] NONE = {};

        private long[] values = NONE;
        private int size;

        private void add(long value) {
            if (size == values.length) {
                values = Arrays.copyOf(values, Math.max(8, 2 * size));
            }
            values[size++] = value;
        }

        /** Deltas added up. */
        private double[] toCounts() {
            double[] counts = new double[size];
            long count = 0;
            for (int i = 0; i < size; i++) {
                count += values[i];
                counts[i] = count;
            }
            return counts;
        }

        private double[] toDoubles() {
            double[] doubles = new double[size];
            for (int i = 0; i < size; i++) {
                doubles[i] = Double.longBitsToDouble(values[i]);
            }
            return doubles;
        }

        private int[] toSpans(int buckets) {
            int[] spans = new int[size];
            long sum = 0;
            for (int i = 0; i < size; i++) {
                spans[i] = (int) values[i];
                if (i % 2 == 1) {
                    sum += spans[i] & 0xffffffffL;
                }
            }
            if (sum != buckets) {
                throw new MalformedException("histogram has spans of " + sum + " buckets and " + buckets + " counts");
            }
            return spans;
        }
    }
}
