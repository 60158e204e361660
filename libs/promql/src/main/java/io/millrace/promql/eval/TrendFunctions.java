package io.millrace.promql.eval;

/** Functions that follow a series over its window: changes, resets, deriv, predict_linear, exponential smoothing. */
final class TrendFunctions {
    private TrendFunctions() {}

    static void changes(Window window, RangeCall call, StepValues result, int step) {
        if (window.histograms() == 0) {
            result.set(step, window.changes());
            return;
        }
        int changes = 0;
        Merged samples = new Merged(window);
        boolean any = samples.next();
        boolean previousFloat = samples.isFloat();
        int previous = samples.index();
        while (any && samples.next()) {
            if (samples.isFloat() != previousFloat) {
                changes++;
            } else if (previousFloat) {
                double before = window.value(previous);
                double now = window.value(samples.index());
                changes += now != before && !(Double.isNaN(now) && Double.isNaN(before)) ? 1 : 0;
            } else if (!window.histogram(samples.index()).equals(window.histogram(previous))) {
                changes++;
            }
            previousFloat = samples.isFloat();
            previous = samples.index();
        }
        result.set(step, changes);
    }

    static void resets(Window window, RangeCall call, StepValues result, int step) {
        int resets = 0;
        if (window.histograms() == 0) {
            result.set(step, window.resets());
            return;
        }
        Merged samples = new Merged(window);
        boolean any = samples.next();
        boolean previousFloat = samples.isFloat();
        int previous = samples.index();
        while (any && samples.next()) {
            if (samples.isFloat() != previousFloat) {
                resets++;
            } else if (previousFloat) {
                int now = samples.index();
                boolean reset = window.value(now) < window.value(previous)
                        || StartTimes.isReset(
                                window.start(previous), window.time(previous), window.start(now), window.time(now));
                resets += reset ? 1 : 0;
            } else if (isReset(window, previous, samples.index())) {
                resets++;
            }
            previousFloat = samples.isFloat();
            previous = samples.index();
        }
        result.set(step, resets);
    }

    private static boolean isReset(Window window, int previous, int now) {
        return StartTimes.isReset(
                        window.histogramStart(previous),
                        window.histogramTime(previous),
                        window.histogramStart(now),
                        window.histogramTime(now))
                || window.histogram(now).detectReset(window.histogram(previous));
    }

    static void derivative(Window window, RangeCall call, StepValues result, int step) {
        if (OverTimeFunctions.onlyFloats(window, call) && window.floats() >= 2) {
            result.set(step, line(window, window.time(0))[0]);
        }
    }

    static void predict(Window window, RangeCall call, StepValues result, int step) {
        if (OverTimeFunctions.onlyFloats(window, call) && window.floats() >= 2) {
            double[] line = line(window, window.stepTimeMs());
            result.set(step, line[0] * call.scalar(1, step) + line[1]);
        }
    }

    /** Slope per second and value at {@code interceptMs} of the least-squares line. */
    private static double[] line(Window window, long interceptMs) {
        if (window.floats() <= SlidingFold.SHORT) {
            return regression(window, interceptMs);
        }
        double first = window.value(0);
        if (window.changes() == 0 && !Double.isNaN(first)) {
            return constant(first);
        }
        SlidingLine.Moments moments = window.moments();
        return new double[] {moments.slope(), moments.valueAt(window.seconds(interceptMs))};
    }

    private static double[] constant(double value) {
        return Double.isInfinite(value) ? new double[] {Double.NaN, Double.NaN} : new double[] {0, value};
    }

    private static double[] regression(Window window, long interceptMs) {
        double first = window.value(0);
        boolean constant = true;
        KahanSum x = new KahanSum();
        KahanSum y = new KahanSum();
        KahanSum xy = new KahanSum();
        KahanSum xx = new KahanSum();
        int n = window.floats();
        for (int i = 0; i < n; i++) {
            double value = window.value(i);
            constant &= value == first;
            double seconds = (window.time(i) - interceptMs) / 1000.0;
            x.add(seconds);
            y.add(value);
            xy.add(seconds * value);
            xx.add(seconds * seconds);
        }
        if (constant) {
            return constant(first);
        }
        double covariance = xy.value() - x.value() * y.value() / n;
        double variance = xx.value() - x.value() * x.value() / n;
        double slope = covariance / variance;
        return new double[] {slope, y.value() / n - slope * x.value() / n};
    }

    /** Holt's linear method: a smoothed level with a smoothed trend. */
    static void smooth(Window window, RangeCall call, StepValues result, int step) {
        double smoothing = call.scalar(1, step);
        double trendFactor = call.scalar(2, step);
        RangeCall.requireFraction("smoothing", "sf", smoothing);
        RangeCall.requireFraction("trend", "tf", trendFactor);
        if (!OverTimeFunctions.onlyFloats(window, call) || window.floats() < 2) {
            return;
        }
        double level = window.value(0);
        double previousLevel = 0;
        double trend = window.value(1) - window.value(0);
        for (int i = 1; i < window.floats(); i++) {
            if (i > 1) {
                trend = trendFactor * (level - previousLevel) + (1 - trendFactor) * trend;
            }
            double next = smoothing * window.value(i) + (1 - smoothing) * (level + trend);
            previousLevel = level;
            level = next;
        }
        result.set(step, level);
    }

    /** Walks floats and histograms of a window in time order. */
    private static final class Merged {
        private final Window window;
        private int nextFloat;
        private int nextHistogram;
        private boolean isFloat;
        private int index;

        Merged(Window window) {
            this.window = window;
        }

        boolean next() {
            boolean floatsLeft = nextFloat < window.floats();
            boolean histogramsLeft = nextHistogram < window.histograms();
            if (!floatsLeft && !histogramsLeft) {
                return false;
            }
            isFloat = floatsLeft && (!histogramsLeft || window.time(nextFloat) < window.histogramTime(nextHistogram));
            index = isFloat ? nextFloat++ : nextHistogram++;
            return true;
        }

        boolean isFloat() {
            return isFloat;
        }

        int index() {
            return index;
        }
    }
}
