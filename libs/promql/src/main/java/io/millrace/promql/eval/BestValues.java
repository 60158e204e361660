package io.millrace.promql.eval;

/**
 * The best few of many values: a heap with the worst of the kept at its root. NaN is the worst of all, and of equals the
 * one offered first is the best. Reused; not thread-safe.
 */
final class BestValues {
    private final boolean greatest;
    private final int[] indexes;
    private final double[] values;
    private int capacity;
    private int size;

    /** @param greatest whether greater is better */
    BestValues(int mostKept, boolean greatest) {
        this.greatest = greatest;
        this.indexes = new int[mostKept];
        this.values = new double[mostKept];
    }

    /** Begins anew. */
    void clear(int keep) {
        capacity = keep;
        size = 0;
    }

    /** @param index greater than that of the call before */
    void offer(int index, double value) {
        if (size < capacity) {
            int at = size++;
            while (at > 0 && isWorse(index, value, (at - 1) / 2)) {
                copy((at - 1) / 2, at);
                at = (at - 1) / 2;
            }
            indexes[at] = index;
            values[at] = value;
        } else if (size > 0 && !isWorse(index, value, 0)) {
            sink(index, value);
        }
    }

    /** Takes the kept out of it, best first. */
    int[] take() {
        int[] ranked = new int[size];
        while (size > 0) {
            ranked[size - 1] = indexes[0];
            size--;
            sink(indexes[size], values[size]);
        }
        return ranked;
    }

    /** Puts a value in the place of the root. */
    private void sink(int index, double value) {
        int at = 0;
        while (2 * at + 1 < size) {
            int child = 2 * at + 1;
            if (child + 1 < size && isWorse(indexes[child + 1], values[child + 1], child)) {
                child++;
            }
            if (isWorse(index, value, child)) {
                break;
            }
            copy(child, at);
            at = child;
        }
        if (size > 0) {
            indexes[at] = index;
            values[at] = value;
        }
    }

    private void copy(int from, int to) {
        indexes[to] = indexes[from];
        values[to] = values[from];
    }

    private boolean isWorse(int index, double value, int than) {
        double other = values[than];
        if (Double.isNaN(value) != Double.isNaN(other)) {
            return Double.isNaN(value);
        }
        if (value == other || Double.isNaN(value)) {
            return index > indexes[than];
        }
        return value < other == greatest;
    }
}
