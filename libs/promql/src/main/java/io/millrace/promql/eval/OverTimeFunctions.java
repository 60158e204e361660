package io.millrace.promql.eval;

/** The functions that end in {@code _over_time}, and changes, resets, deriv, predict_linear. */
final class OverTimeFunctions {
    private OverTimeFunctions() {}

    static void count(Window window, RangeCall call, StepValues result, int step) {
        result.set(step, window.floats() + window.histograms());
    }

    static void present(Window window, RangeCall call, StepValues result, int step) {
        result.set(step, 1);
    }

    static void last(Window window, RangeCall call, StepValues result, int step) {
        int floats = window.floats();
        int histograms = window.histograms();
        if (histograms > 0 && (floats == 0 || window.time(floats - 1) < window.histogramTime(histograms - 1))) {
            result.set(step, window.histogram(histograms - 1));
        } else {
            result.set(step, window.value(floats - 1));
        }
    }

    static void max(Window window, RangeCall call, StepValues result, int step) {
        extreme(window, result, step, true);
    }

    static void min(Window window, RangeCall call, StepValues result, int step) {
        extreme(window, result, step, false);
    }

    private static void extreme(Window window, StepValues result, int step, boolean max) {
        if (window.floats() == 0) {
            return;
        }
        double best = window.value(0);
        for (int i = 1; i < window.floats(); i++) {
            double value = window.value(i);
            if (Double.isNaN(best) || (max ? value > best : value < best)) {
                best = value;
            }
        }
        result.set(step, best);
    }

    static void changes(Window window, RangeCall call, StepValues result, int step) {
        if (window.floats() == 0) {
            return;
        }
        int changes = 0;
        for (int i = 1; i < window.floats(); i++) {
            double value = window.value(i);
            double previous = window.value(i - 1);
            if (value != previous && !(Double.isNaN(value) && Double.isNaN(previous))) {
                changes++;
            }
        }
        result.set(step, changes);
    }

    static void resets(Window window, RangeCall call, StepValues result, int step) {
        if (window.floats() == 0) {
            return;
        }
        int resets = 0;
        for (int i = 1; i < window.floats(); i++) {
            if (window.value(i) < window.value(i - 1)) {
                resets++;
            }
        }
        result.set(step, resets);
    }
}
