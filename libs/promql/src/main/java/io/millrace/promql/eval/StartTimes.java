package io.millrace.promql.eval;

/**
 * What start timestamps say of counters: when each began to count. A counter that began after the previous sample was reset
 * between the two, even if its value is higher. 0 stands for an unknown start.
 */
final class StartTimes {
    private StartTimes() {}

    /** Whether a counter was reset between two samples. */
    static boolean isReset(long previousStart, long previousTime, long start, long time) {
        if (start == 0 || start >= time || start < previousTime) {
            return false;
        }
        if (start > previousTime) {
            return true;
        }
        // Begun exactly with the previous sample: deltas do that, and so do cumulative counters of unknown start, whose
        // first sample says that it began with itself.
        return previousStart != 0 && previousStart < previousTime;
    }

    /** Whether a sample claims to count from a time that an earlier sample of another start covers, too. */
    static boolean overlaps(long previousStart, long previousTime, long start) {
        return start != 0 && start < previousTime && start != previousStart;
    }
}
