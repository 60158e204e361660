package io.millrace.promql.eval;

/**
 * A mean as Prometheus reckons it: sum over count while the sum is finite, an incremental mean from the value on that
 * would overflow it. Not thread-safe.
 */
final class KahanMean {
    private final KahanSum sum = new KahanSum();
    private final KahanSum before = new KahanSum();
    private double count;
    private boolean incremental;

    void add(double value) {
        count++;
        if (!incremental) {
            before.set(sum);
            sum.add(value);
            if (count == 1
                    || !Double.isInfinite(sum.plain())
                    || Double.isInfinite(before.plain())
                    || Double.isInfinite(value)) {
                return;
            }
            incremental = true;
            sum.set(before);
            sum.scale(1 / (count - 1));
        }
        if (Double.isInfinite(sum.plain()) && !Double.isNaN(value)) {
            boolean sameSign = (sum.plain() > 0) == (value > 0);
            if (!Double.isInfinite(value) || sameSign) {
                return;
            }
        }
        sum.scale((count - 1) / count);
        sum.add(value / count);
    }

    double value() {
        return incremental ? sum.value() : sum.over(count);
    }
}
