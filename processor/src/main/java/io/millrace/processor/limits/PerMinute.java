package io.millrace.processor.limits;

/**
 * An allowance that refills over a minute, in one partition: an equal share of a limit of the whole, and three standard
 * deviations more, see {@link SeriesAdmission}. Not thread-safe.
 */
final class PerMinute {
    private static final double MINUTE_MS = 60_000;

    private long limit = -1;
    private int partitions;
    private double share;
    private double left;
    private long refilledMs;

    /**
     * Refills for the time that has passed; another limit than before begins full.
     *
     * @param newPartitions that share the limit
     */
    void refill(long newLimit, int newPartitions, long nowMs) {
        if (newLimit != limit) {
            limit = newLimit;
            partitions = newPartitions;
            share = share(newLimit, newPartitions);
            left = share;
        } else {
            if (newPartitions != partitions) {
                partitions = newPartitions;
                share = share(newLimit, newPartitions);
            }
            left = Math.min(share, left + share * Math.max(nowMs - refilledMs, 0) / MINUTE_MS);
        }
        refilledMs = nowMs;
    }

    /** Takes one, or says that nothing is left. */
    boolean take() {
        if (left < 1) {
            return false;
        }
        left--;
        return true;
    }

    /** Whether there is enough again to go on for some seconds: what refills in ten. */
    boolean isRefilled() {
        return left >= Math.max(1, share / 6);
    }

    void giveBack(int number) {
        left += number;
    }

    /** What one of {@code partitions} may take of a limit of the whole. */
    static long share(long whole, int partitions) {
        if (whole <= 0) {
            return 0;
        }
        double equal = (double) whole / partitions;
        double chance = partitions == 1 ? 0 : 3 * Math.sqrt(equal);
        return Math.min(whole, (long) Math.ceil(equal + chance));
    }
}
