package io.millrace.gateway.limits;

/**
 * How much is offered in a second, as a mean in which what happened a second ago weighs a quarter of what happens now. Not
 * thread-safe.
 */
final class OfferedRate {
    /** Two ticks a second: half of the weight each. */
    private static final double WEIGHT = 0.5;

    /** Below it nothing is offered any more. */
    private static final double LEAST = 1e-3;

    private double sinceTick;
    private double perSecond;

    void add(double count) {
        sinceTick += count;
    }

    /** Ends a period of so many seconds. */
    void tick(double seconds) {
        double now = seconds <= 0 ? perSecond : sinceTick / seconds;
        perSecond += WEIGHT * (now - perSecond);
        sinceTick = 0;
        if (perSecond < LEAST) {
            perSecond = 0;
        }
    }

    double perSecond() {
        return perSecond;
    }

    boolean isIdle() {
        return perSecond == 0 && sinceTick == 0;
    }
}
