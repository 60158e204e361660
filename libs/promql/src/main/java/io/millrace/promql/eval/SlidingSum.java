package io.millrace.promql.eval;

/** The sum of a window that moves, compensated for rounding. Reused; not thread-safe. */
final class SlidingSum extends SlidingFold {
    private final KahanSum newer = new KahanSum();
    private final KahanSum work = new KahanSum();
    private double[] sums = new double[0];
    private double[] compensations = new double[0];

    /** Adds the floats with {@code from <= index < to} to a sum; see {@link SlidingFold#moveTo} for the bounds. */
    void addTo(KahanSum sum, RangeSamples samples, int from, int to) {
        if (moveTo(samples, from, to)) {
            sum.add(sums[slot(from)], compensations[slot(from)]);
            sum.add(newer.plain(), newer.compensation());
        } else {
            sum.add(samples.floats, from, to);
        }
    }

    @Override
    void older(RangeSamples samples, int from, int to) {
        sums = room(sums, to - from);
        compensations = room(compensations, to - from);
        work.clear();
        for (int i = to - 1; i >= from; i--) {
            work.add(samples.floats[i]);
            sums[i - from] = work.plain();
            compensations[i - from] = work.compensation();
        }
    }

    @Override
    void clearNewer() {
        newer.clear();
    }

    @Override
    void newer(RangeSamples samples, int from, int to) {
        newer.add(samples.floats, from, to);
    }
}
