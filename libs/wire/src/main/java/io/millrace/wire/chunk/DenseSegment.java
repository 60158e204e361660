package io.millrace.wire.chunk;

import io.millrace.model.SampleColumns;
import io.millrace.wire.MalformedException;

/** Encodes and decodes the segments of a {@link DenseChunk}, one after the other. Not thread-safe. */
final class DenseSegment {
    private static final int CONSTANT = 0;
    private static final int DECIMALS = 1;
    private static final int BITS = 2;

    private final LongColumn column = new LongColumn();
    private final BitAppender out = new BitAppender();
    private final long[] timestamps = new long[DenseChunk.SEGMENT];
    private final long[] numbers = new long[DenseChunk.SEGMENT];
    private final int[] odd = new int[DenseChunk.SEGMENT];

    byte[] encode(SampleColumns samples, int from, int to) {
        int size = to - from;
        out.clear();
        long first = samples.timestamp(from);
        for (int i = 0; i < size; i++) {
            timestamps[i] = samples.timestamp(from + i) - first;
        }
        column.encode(timestamps, size, out);
        double[] values = samples.values();
        if (isConstant(values, from, to)) {
            out.write(CONSTANT, 2);
            out.write(Double.doubleToRawLongBits(values[from]), Long.SIZE);
            return out.toByteArray();
        }
        int decimals = DecimalScale.of(values, from, to);
        int odds = decimals == DecimalScale.NONE ? bits(values, from, to) : scale(values, from, to, decimals);
        out.write(decimals == DecimalScale.NONE ? BITS : DECIMALS, 2);
        out.write(Math.max(0, decimals), 4);
        int shift = commonZeros(size);
        out.write(shift, 6);
        for (int i = 0; i < size; i++) {
            numbers[i] >>= shift;
        }
        out.write(odds, 11);
        for (int i = 0; i < odds; i++) {
            out.write(odd[i], 10);
            out.write(Double.doubleToRawLongBits(values[from + odd[i]]), Long.SIZE);
        }
        column.encode(numbers, size, out);
        return out.toByteArray();
    }

    private static boolean isConstant(double[] values, int from, int to) {
        long first = Double.doubleToRawLongBits(values[from]);
        for (int i = from + 1; i < to; i++) {
            if (Double.doubleToRawLongBits(values[i]) != first) {
                return false;
            }
        }
        return true;
    }

    /** Fills {@link #numbers} and {@link #odd}; returns how many are odd. */
    private int scale(double[] values, int from, int to, int decimals) {
        int odds = 0;
        for (int i = from; i < to; i++) {
            if (DecimalScale.has(values[i], decimals)) {
                numbers[i - from] = DecimalScale.scale(values[i], decimals);
            } else {
                odd[odds++] = i - from;
            }
        }
        fillGaps(odds, to - from);
        return odds;
    }

    private int bits(double[] values, int from, int to) {
        int odds = 0;
        for (int i = from; i < to; i++) {
            if (Double.isNaN(values[i])) {
                odd[odds++] = i - from;
            } else {
                numbers[i - from] = ordered(Double.doubleToRawLongBits(values[i]));
            }
        }
        fillGaps(odds, to - from);
        return odds;
    }

    /** An odd value repeats the one before in the column, where that costs least; at the beginning the one behind. */
    private void fillGaps(int odds, int size) {
        int next = 0;
        for (int i = 0; i < odds; i++) {
            int at = odd[i];
            if (at > 0 && (i == 0 || at > next)) {
                numbers[at] = numbers[at - 1];
            } else {
                numbers[at] = firstRegular(odds, size);
                next = at + 1;
            }
        }
    }

    private long firstRegular(int odds, int size) {
        int at = 0;
        while (at < odds && odd[at] == at) {
            at++;
        }
        return at < size ? numbers[at] : 0;
    }

    /** Low bits that are zero in all numbers. */
    private int commonZeros(int size) {
        long any = 0;
        for (int i = 0; i < size; i++) {
            any |= numbers[i];
        }
        return any == 0 ? 0 : Long.numberOfTrailingZeros(any);
    }

    /** The bits of a double so that greater doubles have greater numbers; its own inverse. */
    private static long ordered(long bits) {
        return bits ^ bits >> 63 & Long.MAX_VALUE;
    }

    void decode(byte[] body, int size, long first, long fromMs, long toMs, SampleColumns into) {
        BitReader in = new BitReader(body, 0);
        column.decode(in, timestamps, size);
        int begin = 0;
        int end = size;
        while (begin < size && first + timestamps[begin] < fromMs) {
            begin++;
        }
        while (end > begin && first + timestamps[end - 1] > toMs) {
            end--;
        }
        int kind = (int) in.read(2);
        if (kind == CONSTANT) {
            double value = Double.longBitsToDouble(in.read(Long.SIZE));
            for (int i = begin; i < end; i++) {
                into.add(first + timestamps[i], value);
            }
            return;
        }
        if (kind != DECIMALS && kind != BITS) {
            throw new MalformedException("dense chunk has a segment of kind " + kind);
        }
        int decimals = (int) in.read(4);
        int shift = (int) in.read(6);
        int odds = (int) in.read(11);
        long oddsAt = in.position();
        if (odds > size) {
            throw new MalformedException("dense chunk lists " + odds + " values of " + size);
        }
        for (int i = 0; i < odds; i++) {
            in.skip(10 + Long.SIZE);
        }
        column.decode(in, numbers, size);
        in.rewind((int) (in.position() - oddsAt));
        int at = odds == 0 ? size : (int) in.read(10);
        int read = 1;
        for (int i = 0; i < end; i++) {
            long number = numbers[i] << shift;
            double value = kind == DECIMALS
                    ? DecimalScale.unscale(number, decimals)
                    : Double.longBitsToDouble(ordered(number));
            if (i == at) {
                value = Double.longBitsToDouble(in.read(Long.SIZE));
                at = read++ < odds ? (int) in.read(10) : size;
            }
            if (i >= begin) {
                into.add(first + timestamps[i], value);
            }
        }
    }
}
