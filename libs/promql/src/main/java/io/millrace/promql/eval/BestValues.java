package io.millrace.promql.eval;

import java.util.Arrays;

/**
 * The best few of many values: a heap with the worst of the kept at its root, NaN being worse than any number. Reused; not
 * thread-safe.
 *
 * <h2>Equal values</h2>
 * Which of equal values is kept, and in which order equal values come out, follows from how a heap moves them about. So
 * that {@code topk} picks the series that Prometheus picks, elements move exactly as in Go's {@code container/heap}, and
 * come out as Go's {@code sort} puts up to {@link #INSERTION} of them. Beyond that Go sorts in another way: then equal
 * values come out in the order of the heap.
 */
final class BestValues {
    /** How many elements Go sorts by insertion. */
    private static final int INSERTION = 12;

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

    void offer(int index, double value) {
        if (size < capacity) {
            indexes[size] = index;
            values[size] = value;
            rise(size++);
        } else if (size > 0 && isBetter(value, values[0])) {
            indexes[0] = index;
            values[0] = value;
            sink();
        }
    }

    private boolean isBetter(double value, double than) {
        return Double.isNaN(than) ? !Double.isNaN(value) : greatest ? value > than : value < than;
    }

    /** Takes the kept out of it, best first. */
    int[] take() {
        if (size <= INSERTION) {
            for (int i = 1; i < size; i++) {
                for (int j = i; j > 0 && isWorse(j - 1, j); j--) {
                    swap(j, j - 1);
                }
            }
        } else {
            sort();
        }
        int[] ranked = Arrays.copyOf(indexes, size);
        size = 0;
        return ranked;
    }

    private void sort() {
        Integer[] order = new Integer[size];
        Arrays.setAll(order, i -> i);
        Arrays.sort(
                order,
                (left, right) ->
                        isBetter(values[left], values[right]) ? -1 : isBetter(values[right], values[left]) ? 1 : 0);
        int[] old = Arrays.copyOf(indexes, size);
        for (int i = 0; i < size; i++) {
            indexes[i] = old[order[i]];
        }
    }

    private void rise(int from) {
        int at = from;
        while (at > 0 && isWorse(at, (at - 1) / 2)) {
            swap(at, (at - 1) / 2);
            at = (at - 1) / 2;
        }
    }

    private void sink() {
        int at = 0;
        while (2 * at + 1 < size) {
            int child = 2 * at + 1;
            if (child + 1 < size && isWorse(child + 1, child)) {
                child++;
            }
            if (!isWorse(child, at)) {
                return;
            }
            swap(at, child);
            at = child;
        }
    }

    /** NaN is worse than anything, another NaN included. */
    private boolean isWorse(int left, int right) {
        return Double.isNaN(values[left]) || (greatest ? values[left] < values[right] : values[left] > values[right]);
    }

    private void swap(int left, int right) {
        int index = indexes[left];
        indexes[left] = indexes[right];
        indexes[right] = index;
        double value = values[left];
        values[left] = values[right];
        values[right] = value;
    }
}
