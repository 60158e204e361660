package io.millrace.gateway.limits;

/**
 * Lets a number of things through in a second, and as many as have been saved up at once. May go into debt: what is larger
 * than the whole bucket passes when the bucket is full, and what follows waits until it is paid. Not thread-safe.
 */
final class TokenBucket {
    private double tokens;
    private double perSecond;
    private double capacity;
    private long filledNanos;

    /** A bucket that is full at first. */
    TokenBucket(double perSecond, double burstSeconds, long nowNanos) {
        this.perSecond = perSecond;
        this.capacity = perSecond * burstSeconds;
        this.tokens = capacity;
        this.filledNanos = nowNanos;
    }

    /** Fills in what has been earned since the last time, then changes the rate. What was saved up shrinks or grows with it. */
    void refill(double newPerSecond, double burstSeconds, long nowNanos) {
        double seconds = Math.max(0, nowNanos - filledNanos) / 1e9;
        filledNanos = nowNanos;
        tokens = Math.min(capacity, tokens + perSecond * seconds);
        double newCapacity = newPerSecond * burstSeconds;
        if (tokens > 0 && capacity > 0) {
            tokens = tokens / capacity * newCapacity;
        }
        perSecond = newPerSecond;
        capacity = newCapacity;
    }

    boolean has(double wanted) {
        return tokens >= Math.min(wanted, capacity);
    }

    void take(double wanted) {
        tokens -= wanted;
    }

    /** How long until {@link #has} would say yes, if nobody else took any. */
    double secondsUntil(double wanted) {
        double missing = Math.min(wanted, capacity) - tokens;
        return missing <= 0 ? 0 : perSecond <= 0 ? Double.POSITIVE_INFINITY : missing / perSecond;
    }
}
