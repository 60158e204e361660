package io.millrace.gateway.limits;

/** Whether a request is within the rate limits of its tenant. */
public sealed interface RateVerdict {
    /** It is. */
    record Granted() implements RateVerdict {}

    /**
     * It is not, and nothing of it may be kept.
     *
     * @param limit the limit it broke, a clause
     * @param seconds after which it would pass
     */
    record Refused(String limit, double seconds) implements RateVerdict {}

    RateVerdict GRANTED = new Granted();
}
