package io.millrace.promql.eval;

/**
 * Where the floats of one series were reset and where they changed, worked out in one pass, so that windows need not be
 * walked for it. Reused; not thread-safe.
 */
final class CounterIndex {
    private int[] resets = new int[0];
    private int[] resetCounts = new int[0];
    private int[] overlaps = new int[0];
    private int[] changes = new int[0];
    private boolean hasResets;
    private boolean hasChanges;

    /** Forgets the series. */
    void clear() {
        hasResets = false;
        hasChanges = false;
    }

    /** The last sample up to one that a reset lies right before; 0 when there is none. */
    int lastReset(RangeSamples samples, int index) {
        findResets(samples);
        return resets[index];
    }

    /** How often the counter was reset up to a sample. */
    int resets(RangeSamples samples, int index) {
        findResets(samples);
        return resetCounts[index];
    }

    /** The last sample up to one whose start timestamp lies in the time of the sample before; 0 when there is none. */
    int lastOverlap(RangeSamples samples, int index) {
        findResets(samples);
        return overlaps[index];
    }

    /** How often the value has changed up to a sample. */
    int changes(RangeSamples samples, int index) {
        if (!hasChanges) {
            hasChanges = true;
            changes = room(changes, samples.floatCount);
            double[] values = samples.floats;
            for (int i = 1; i < samples.floatCount; i++) {
                boolean bothNaN = Double.isNaN(values[i]) && Double.isNaN(values[i - 1]);
                changes[i] = changes[i - 1] + (values[i] != values[i - 1] && !bothNaN ? 1 : 0);
            }
        }
        return changes[index];
    }

    private void findResets(RangeSamples samples) {
        if (hasResets) {
            return;
        }
        hasResets = true;
        resets = room(resets, samples.floatCount);
        resetCounts = room(resetCounts, samples.floatCount);
        overlaps = room(overlaps, samples.floatCount);
        double[] values = samples.floats;
        long[] times = samples.floatTimes;
        long[] starts = samples.floatStarts;
        for (int i = 1; i < samples.floatCount; i++) {
            boolean reset =
                    values[i] < values[i - 1] || StartTimes.isReset(starts[i - 1], times[i - 1], starts[i], times[i]);
            resets[i] = reset ? i : resets[i - 1];
            resetCounts[i] = resetCounts[i - 1] + (reset ? 1 : 0);
            overlaps[i] = StartTimes.overlaps(starts[i - 1], times[i - 1], starts[i]) ? i : overlaps[i - 1];
        }
    }

    /** An array with room for so many, 0 at the first. */
    private static int[] room(int[] array, int size) {
        int[] result = array.length < size ? new int[Math.max(64, size + size / 2)] : array;
        if (result.length > 0) {
            result[0] = 0;
        }
        return result;
    }
}
