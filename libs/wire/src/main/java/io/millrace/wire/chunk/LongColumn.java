package io.millrace.wire.chunk;

import io.millrace.wire.MalformedException;

/**
 * A column of whole numbers as differences. Numbers that move evenly, as timestamps and counters do, have small second or
 * third differences; of orders 0 to 3 the one with the smallest numbers is taken. All arithmetic is modulo 2^64, so every
 * column can be written. Described byte by byte in {@code docs/formats/chunks.md}.
 *
 * <p>One encoder or decoder at a time may use an instance.
 */
final class LongColumn {
    /** Differences that share a way of writing them: few enough to follow a change, enough to pay for the 8 bits. */
    static final int BLOCK = 128;

    static final int MAX_ORDER = 3;

    /** Quotients of the Rice code from here on are written as a length and the number itself. */
    private static final int ESCAPE = 20;

    private static final int ZEROS = 0;
    private static final int RICE = 1;
    private static final int FLAGGED_RICE = 2;
    private static final int PACKED = 3;

    /** Parameter of {@link #ZEROS}: everything up to the end of the column is zero. */
    private static final int TO_THE_END = 1;

    private long[] work = new long[0];
    private long[] other = new long[0];

    /** Appends the first {@code size} values, at least one. */
    void encode(long[] values, int size, BitAppender out) {
        if (work.length < size) {
            work = new long[size];
            other = new long[size];
        }
        int order = differences(values, size);
        out.write(order, 2);
        for (int i = 0; i < order; i++) {
            writeVaried(zigzag(work[i]), out);
        }
        int lastNonZero = size - 1;
        while (lastNonZero >= order && work[lastNonZero] == 0) {
            lastNonZero--;
        }
        for (int from = order; from < size; from += BLOCK) {
            if (from > lastNonZero) {
                out.write(ZEROS << 6 | TO_THE_END, 8);
                return;
            }
            encodeBlock(from, Math.min(size, from + BLOCK), out);
        }
    }

    /** Leaves the differences of the best order in {@link #work}, led by as many first differences of lower order. */
    private int differences(long[] values, int size) {
        System.arraycopy(values, 0, work, 0, size);
        System.arraycopy(values, 0, other, 0, size);
        int best = 0;
        long bestBits = bitsAboveLeast(size);
        for (int order = 1; order <= Math.min(MAX_ORDER, size); order++) {
            for (int i = size - 1; i >= order; i--) {
                other[i] -= other[i - 1];
            }
            long bits = bits(other, order, size) + 64L * order;
            if (bits < bestBits) {
                best = order;
                bestBits = bits;
                System.arraycopy(other, 0, work, 0, size);
            }
        }
        return best;
    }

    /** What order 0 takes: it is packed as the distance to the least value. */
    private long bitsAboveLeast(int size) {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < size; i++) {
            least = Math.min(least, work[i]);
        }
        long bits = 0;
        for (int i = 0; i < size; i++) {
            bits += Long.SIZE - Long.numberOfLeadingZeros(work[i] - least);
        }
        return bits;
    }

    private static long bits(long[] values, int from, int to) {
        long bits = 0;
        for (int i = from; i < to; i++) {
            bits += Long.SIZE - Long.numberOfLeadingZeros(zigzag(values[i]));
        }
        return bits;
    }

    private void encodeBlock(int from, int to, BitAppender out) {
        long min = Long.MAX_VALUE;
        long max = Long.MIN_VALUE;
        int nonZero = 0;
        double sum = 0;
        for (int i = from; i < to; i++) {
            long value = work[i];
            min = Math.min(min, value);
            max = Math.max(max, value);
            nonZero += value == 0 ? 0 : 1;
            sum += Math.abs((double) value);
        }
        if (nonZero == 0) {
            out.write(ZEROS << 6, 8);
            return;
        }
        int width = Long.SIZE - Long.numberOfLeadingZeros(max - min);
        int mode = PACKED;
        int parameter = Math.max(0, width - 1);
        long cost = variedBits(zigzag(min)) + (long) Math.max(1, width) * (to - from);
        int near = nearestRice(2 * sum / (to - from));
        for (int k = Math.max(0, near - 1); k <= Math.min(63, near + 1); k++) {
            long rice = riceBits(from, to, k, 0);
            if (rice < cost) {
                cost = rice;
                mode = RICE;
                parameter = k;
            }
        }
        near = nearestRice(2 * sum / nonZero);
        for (int k = Math.max(0, near - 1); k <= Math.min(63, near + 1) && nonZero < to - from; k++) {
            long flagged = to - from + riceBits(from, to, k, 1);
            if (flagged < cost) {
                cost = flagged;
                mode = FLAGGED_RICE;
                parameter = k;
            }
        }
        out.write((long) mode << 6 | parameter, 8);
        writeBlock(mode, parameter, min, from, to, out);
    }

    private void writeBlock(int mode, int parameter, long min, int from, int to, BitAppender out) {
        switch (mode) {
            case PACKED -> {
                writeVaried(zigzag(min), out);
                for (int i = from; i < to; i++) {
                    out.write(work[i] - min, parameter + 1);
                }
            }
            case RICE -> {
                for (int i = from; i < to; i++) {
                    writeRice(zigzag(work[i]), parameter, out);
                }
            }
            default -> {
                for (int i = from; i < to; i++) {
                    if (work[i] == 0) {
                        out.write(0, 1);
                    } else {
                        out.write(1, 1);
                        writeRice(zigzag(work[i]) - 1, parameter, out);
                    }
                }
            }
        }
    }

    /** The number of low bits that stand for themselves, when the others are a small quotient on average. */
    private static int nearestRice(double mean) {
        return mean < 1 ? 0 : Math.min(62, Math.getExponent(mean * 0.69));
    }

    /** @param less subtracted from each number; with 1, zeros are left out */
    private long riceBits(int from, int to, int k, int less) {
        long bits = 0;
        for (int i = from; i < to; i++) {
            long number = zigzag(work[i]);
            if (less == 1 && number == 0) {
                continue;
            }
            number -= less;
            long quotient = number >>> k;
            bits += quotient < ESCAPE && quotient >= 0 ? quotient + 1 + k : ESCAPE + variedBits(number);
        }
        return bits;
    }

    private static void writeRice(long number, int k, BitAppender out) {
        long quotient = number >>> k;
        if (quotient >= 0 && quotient < ESCAPE) {
            out.write((1L << quotient) - 1 << 1, (int) quotient + 1);
            out.write(number & (1L << k) - 1, k);
        } else {
            out.write((1L << ESCAPE) - 1, ESCAPE);
            writeVaried(number, out);
        }
    }

    /** 6 bits: significant bits - 1; then these bits. */
    private static void writeVaried(long number, BitAppender out) {
        int width = Math.max(1, Long.SIZE - Long.numberOfLeadingZeros(number));
        out.write(width - 1, 6);
        out.write(number, width);
    }

    private static int variedBits(long number) {
        return 6 + Math.max(1, Long.SIZE - Long.numberOfLeadingZeros(number));
    }

    private static long zigzag(long value) {
        return value << 1 ^ value >> 63;
    }

    private static long unzigzag(long number) {
        return number >>> 1 ^ -(number & 1);
    }

    /**
     * Reads {@code size} values, at least one, into {@code into}.
     *
     * @throws MalformedException when the bits end or are not a column
     */
    void decode(BitReader in, long[] into, int size) {
        int order = (int) in.read(2);
        if (order > size) {
            throw new MalformedException("a column of " + size + " has differences of order " + order);
        }
        for (int i = 0; i < order; i++) {
            into[i] = unzigzag(readVaried(in));
        }
        for (int from = order; from < size; from += BLOCK) {
            int to = Math.min(size, from + BLOCK);
            int control = (int) in.read(8);
            int parameter = control & 63;
            switch (control >>> 6) {
                case ZEROS -> {
                    int end = parameter == TO_THE_END ? size : to;
                    for (int i = from; i < end; i++) {
                        into[i] = 0;
                    }
                    if (end == size) {
                        to = size;
                        from = size;
                    }
                }
                case PACKED -> {
                    long min = unzigzag(readVaried(in));
                    for (int i = from; i < to; i++) {
                        into[i] = min + in.read(parameter + 1);
                    }
                }
                case RICE -> {
                    for (int i = from; i < to; i++) {
                        into[i] = unzigzag(readRice(in, parameter));
                    }
                }
                default -> {
                    for (int i = from; i < to; i++) {
                        into[i] = in.read(1) == 0 ? 0 : unzigzag(readRice(in, parameter) + 1);
                    }
                }
            }
        }
        for (int from = order; from > 0; from--) {
            for (int i = from; i < size; i++) {
                into[i] += into[i - 1];
            }
        }
    }

    private static long readRice(BitReader in, int k) {
        int quotient = in.readOnes(ESCAPE);
        if (quotient == ESCAPE) {
            return readVaried(in);
        }
        return k == 0 ? quotient : (long) quotient << k | in.read(k);
    }

    private static long readVaried(BitReader in) {
        int width = (int) in.read(6) + 1;
        return in.read(width);
    }
}
