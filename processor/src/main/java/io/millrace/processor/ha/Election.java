package io.millrace.processor.ha;

import org.jspecify.annotations.Nullable;

/**
 * Who is elected for one cluster of a tenant, and who was before. Immutable. All times are those at which gateways
 * received samples, ms since the epoch.
 *
 * @param replica the elected
 * @param epoch 1 for the first election of the cluster, then one more each time
 * @param fromMs samples received from then on are those of the elected
 * @param leaseUntilMs until then no other can be elected
 * @param before the election before; null when there was none or it is forgotten
 */
public record Election(
        String replica,
        long epoch,
        long fromMs,
        long leaseUntilMs,
        @Nullable Election before) {
    /** Elections remembered: batches that come late are judged by who was elected when they were received. */
    private static final int DEPTH = 8;

    static Election first(String replica, long leaseUntilMs) {
        return new Election(replica, 1, Long.MIN_VALUE, leaseUntilMs, null);
    }

    /** An election that somebody else has reckoned, after one that is known here. */
    static Election adopted(String replica, long epoch, long fromMs, long leaseUntilMs, @Nullable Election known) {
        return new Election(replica, epoch, fromMs, leaseUntilMs, shortened(known, DEPTH));
    }

    /** Whether samples received at a time are stored when they come from this replica. */
    public boolean isElected(String name, long receivedMs) {
        Election at = this;
        while (receivedMs < at.fromMs && at.before != null) {
            at = at.before;
        }
        return at.replica.equals(name);
    }

    /** The elected one was seen: the lease grows, and never shrinks. */
    Election renewed(long untilMs) {
        return untilMs <= leaseUntilMs ? this : new Election(replica, epoch, fromMs, untilMs, before);
    }

    /** Another takes over when the lease ends. */
    Election next(String other, long untilMs) {
        return new Election(other, epoch + 1, leaseUntilMs, untilMs, shortened(this, DEPTH));
    }

    private static @Nullable Election shortened(@Nullable Election election, int depth) {
        if (election == null || depth == 0) {
            return null;
        }
        return new Election(
                election.replica,
                election.epoch,
                election.fromMs,
                election.leaseUntilMs,
                shortened(election.before, depth - 1));
    }
}
