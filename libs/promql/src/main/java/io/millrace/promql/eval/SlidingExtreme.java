package io.millrace.promql.eval;

/**
 * The greatest or least float of a window that only moves forward: keeps those that can still become it, best first. All
 * windows of a series together cost one pass. Reused; not thread-safe.
 */
final class SlidingExtreme {
    private int[] candidates = new int[64];
    private int head;
    private int tail;
    private int seen;

    /** Starts on another series. */
    void clear() {
        head = 0;
        tail = 0;
        seen = 0;
    }

    /**
     * Where the extreme is in {@code from <= index < to}; neither bound is ever less than at the call before. NaN only
     * counts when there is nothing else.
     *
     * @param latest which of equals: the last, or else the first
     */
    int index(RangeSamples samples, int from, int to, boolean max, boolean latest) {
        double[] values = samples.floats;
        for (; seen < to; seen++) {
            double value = values[seen];
            if (Double.isNaN(value)) {
                continue;
            }
            while (tail > head && isBeaten(values[candidates[tail - 1]], value, max, latest)) {
                tail--;
            }
            push(seen);
        }
        while (head < tail && candidates[head] < from) {
            head++;
        }
        return head < tail ? candidates[head] : to - 1;
    }

    private static boolean isBeaten(double old, double value, boolean max, boolean latest) {
        return latest && old == value || (max ? old < value : old > value);
    }

    private void push(int index) {
        if (tail == candidates.length) {
            int size = tail - head;
            int[] target = size > candidates.length / 2 ? new int[candidates.length * 2] : candidates;
            System.arraycopy(candidates, head, target, 0, size);
            candidates = target;
            head = 0;
            tail = size;
        }
        candidates[tail++] = index;
    }
}
