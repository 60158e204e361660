package io.millrace.promql.eval;

/**
 * What the floats of a window come to, for windows that only move forward: each float is taken up twice, however many
 * windows it is in. Nothing is ever subtracted, so that a great value leaves no trace once it is out of the window.
 *
 * <h2>How</h2>
 * A boundary parts the window. Of the older part there is a result for each float: that of it and all up to the boundary.
 * The newer part is one result that grows. A window is the older result at its first float joined with the newer one. When
 * the older part is used up, the boundary moves to the end of the window and the older results are worked out backwards.
 *
 * <p>Short windows, and windows that have nothing in common with the one before, are better walked. Reused; not thread-safe.
 */
abstract class SlidingFold {
    /** Up to so many floats walking is as fast, and gives to the last bit what a single window gives. */
    static final int SHORT = 24;

    private int begin;
    private int boundary;
    private int end;
    private int endBefore;

    /** Starts on another series. */
    final void clear() {
        begin = 0;
        boundary = 0;
        end = 0;
        endBefore = 0;
    }

    /**
     * Moves to the window {@code from <= index < to}, neither bound less than at the call before.
     *
     * @return false when the window should be walked
     */
    final boolean moveTo(RangeSamples samples, int from, int to) {
        boolean walk = to - from <= SHORT || from >= endBefore;
        endBefore = to;
        if (walk) {
            return false;
        }
        if (from >= boundary) {
            begin = from;
            boundary = to;
            end = to;
            older(samples, from, to);
            clearNewer();
        }
        if (end < to) {
            newer(samples, end, to);
            end = to;
        }
        return true;
    }

    /** Where the older result of a float is; only while it is before the boundary. */
    final int slot(int from) {
        return from - begin;
    }

    final int olderCount(int from) {
        return boundary - from;
    }

    final int newerCount() {
        return end - boundary;
    }

    /** Works out the older results from the last float before {@code to} backwards; that of {@code from} is at slot 0. */
    abstract void older(RangeSamples samples, int from, int to);

    abstract void clearNewer();

    /** Adds floats to the newer result. */
    abstract void newer(RangeSamples samples, int from, int to);

    /** An array with room for so many. */
    static double[] room(double[] array, int size) {
        return array.length < size ? new double[Math.max(64, size + size / 2)] : array;
    }
}
