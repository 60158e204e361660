package io.millrace.runtime;

/**
 * Whether a service can do its work now, and if not, why.
 *
 * @param ready true when work should be sent here
 * @param reason one phrase for the operator; empty when ready
 */
public record Health(boolean ready, String reason) {
    /** Ready, with nothing to say. */
    public static final Health READY = new Health(true, "");

    /** Not ready, because of {@code reason}. */
    public static Health notReady(String reason) {
        return new Health(false, reason);
    }
}
