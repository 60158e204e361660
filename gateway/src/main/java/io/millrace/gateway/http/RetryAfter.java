package io.millrace.gateway.http;

import org.jspecify.annotations.Nullable;

/**
 * How long a sender should wait: doubles with each attempt it reports in {@code Retry-Attempt}, spread by half either way
 * so that senders that failed together do not come back together. Stateless.
 */
final class RetryAfter {
    /** Senders spool for two hours, so waiting costs freshness only; 32 s keeps the gap after a recovery short. */
    private static final int MAX_SECONDS = 32;

    private static final int MAX_DOUBLINGS = 5;

    private RetryAfter() {}

    /**
     * @param retryAttempt the header, if any; what is not a number of 1 or more counts as a first attempt
     * @param random 0 to 1
     * @return whole seconds, at least 1
     */
    static int seconds(@Nullable String retryAttempt, double random) {
        int attempt = 0;
        if (retryAttempt != null && retryAttempt.length() <= 9) {
            try {
                attempt = Math.max(0, Integer.parseInt(retryAttempt.trim()));
            } catch (NumberFormatException e) {
                attempt = 0;
            }
        } else if (retryAttempt != null) {
            attempt = MAX_DOUBLINGS;
        }
        int base = Math.min(MAX_SECONDS, 1 << Math.min(attempt, MAX_DOUBLINGS));
        return (int) Math.max(1, Math.round(base * (0.5 + random)));
    }

    /** Whole seconds of a wait that is known, 1 to 32. */
    static int atLeast(double seconds) {
        return (int) Math.max(1, Math.min(MAX_SECONDS, Math.ceil(seconds)));
    }
}
