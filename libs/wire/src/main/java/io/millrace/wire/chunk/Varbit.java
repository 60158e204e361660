package io.millrace.wire.chunk;

/**
 * The classes of a variable-width number in histogram chunks: class 0 is zero and takes one bit, class n has n ones, a
 * zero (not after the eighth one), and the number in {@link #width} bits. Stateless.
 */
final class Varbit {
    static final int CLASSES = 9;

    private static final byte[] WIDTHS = {0, 3, 6, 9, 12, 18, 25, 56, 64};

    private Varbit() {}

    static int width(int index) {
        return WIDTHS[index];
    }

    static long prefix(int index) {
        return index == CLASSES - 1 ? 0xff : (1L << (index + 1)) - 2;
    }

    static int prefixWidth(int index) {
        return Math.min(index + 1, CLASSES - 1);
    }

    /** Ranges are lopsided throughout: n bits hold -(2^(n-1) - 1) to 2^(n-1). */
    static boolean fits(long value, int width) {
        long half = 1L << (width - 1);
        return value > -half && value <= half;
    }

    /** The number that {@code bits} of this width below 64 mean. */
    static long signed(long bits, int width) {
        return bits > 1L << (width - 1) ? bits - (1L << width) : bits;
    }
}
