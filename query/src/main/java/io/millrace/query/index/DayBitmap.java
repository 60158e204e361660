package io.millrace.query.index;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * Which series have samples on one day. Bits are set in any order, for series known before in particular, so this is a
 * plain bit set in pages of 65,536 bits (8 KiB) rather than a compressed bitmap: 125 KB for a day of 1,000,000 series.
 * One writer at a time; readers never wait.
 */
final class DayBitmap implements OrdinalSet {
    private static final int PAGE_BITS = 16;
    private static final int WORDS = 1 << (PAGE_BITS - 6);
    private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);
    private static final long[] NO_PAGE = {};

    private volatile long[][] pages = new long[1][];
    private volatile int cardinality;

    DayBitmap() {
        pages[0] = NO_PAGE;
    }

    /** Returns whether the bit was not set before. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    boolean add(int ordinal) {
        int page = ordinal >>> PAGE_BITS;
        long[] words = writablePage(page);
        int word = (ordinal >>> 6) & (WORDS - 1);
        long bit = 1L << ordinal;
        long before = (long) WORD.getOpaque(words, word);
        if ((before & bit) != 0) {
            return false;
        }
        WORD.setRelease(words, word, before | bit);
        cardinality = cardinality + 1;
        return true;
    }

    private long[] writablePage(int page) {
        long[][] directory = pages;
        if (page < directory.length && directory[page].length > 0) {
            return directory[page];
        }
        long[][] larger = Arrays.copyOf(directory, Math.max(directory.length, page + 1));
        Arrays.fill(larger, directory.length, larger.length, NO_PAGE);
        larger[page] = new long[WORDS];
        pages = larger;
        return larger[page];
    }

    @Override
    public boolean contains(int ordinal) {
        long[][] directory = pages;
        int page = ordinal >>> PAGE_BITS;
        if (page >= directory.length || directory[page].length == 0) {
            return false;
        }
        long word = (long) WORD.getAcquire(directory[page], (ordinal >>> 6) & (WORDS - 1));
        return (word & (1L << ordinal)) != 0;
    }

    int cardinality() {
        return cardinality;
    }
}
