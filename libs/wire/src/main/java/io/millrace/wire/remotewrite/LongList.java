package io.millrace.wire.remotewrite;

import java.util.Arrays;

/** Longs that grow up to a maximum; what comes after is counted as overflow and not kept. Not thread-safe. */
final class LongList {
    private final int max;
    private long[] elements = new long[16];
    private int size;
    private boolean overflowed;

    LongList(int max) {
        this.max = max;
    }

    void add(long element) {
        if (size == max) {
            overflowed = true;
            return;
        }
        if (size == elements.length) {
            elements = Arrays.copyOf(elements, Math.min(max, size * 2));
        }
        elements[size++] = element;
    }

    long get(int index) {
        return elements[index];
    }

    int size() {
        return size;
    }

    boolean overflowed() {
        return overflowed;
    }

    void clear() {
        size = 0;
        overflowed = false;
    }
}
