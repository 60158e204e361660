package io.millrace.processor.ha;

import io.millrace.model.TenantId;
import io.millrace.wire.record.HaClaimRecord;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The elections that follow from a log of claims. Pure: who applies the same claims in the same order has the same
 * elections. Any thread may read while one applies.
 *
 * <h2>Rules</h2>
 *
 * <ol>
 *   <li>A claim says whom its writer knew to be elected, in which epoch and from when. A later epoch than ours is taken
 *       over first: then the log has been compacted, and what led to it is gone.
 *   <li>For a cluster without an election, the first who claims is elected.
 *   <li>A claim of the elected one prolongs its lease: to when it was seen, and the failover time.
 *   <li>A claim of another that was seen when the lease had ended takes over, from the end of the lease. The epoch goes up
 *       by one.
 * </ol>
 */
final class ElectionState {
    record Cluster(TenantId tenant, String name) {}

    /** A cluster silent for so long is forgotten; its claims leave the topic by then. */
    private static final long FORGET_MS = TimeUnit.DAYS.toMillis(8);

    /**
     * A gateway whose clock is further ahead of the broker's than this must not give away leases that nobody outlives. For
     * what such a gateway receives, elections are not exact.
     */
    private static final long MAX_AHEAD_MS = TimeUnit.MINUTES.toMillis(5);

    private static final int APPLIED_PER_CLEANING = 100_000;

    private final Map<Cluster, Election> elections = new ConcurrentHashMap<>();
    private int applied;

    @Nullable
    Election of(TenantId tenant, String cluster) {
        return elections.get(new Cluster(tenant, cluster));
    }

    /** @param loggedMs when the broker had the claim */
    void apply(HaClaimRecord claim, long loggedMs) {
        long seenMs = Math.min(claim.seenMs(), loggedMs + MAX_AHEAD_MS);
        elections.compute(
                new Cluster(claim.tenant(), claim.cluster()), (cluster, election) -> next(election, claim, seenMs));
        applied++;
        if (applied % APPLIED_PER_CLEANING == 0) {
            elections.values().removeIf(election -> seenMs - election.leaseUntilMs() > FORGET_MS);
        }
    }

    private static Election next(@Nullable Election before, HaClaimRecord claim, long seenMs) {
        Election election = before;
        boolean later = claim.epoch() > (election == null ? 0 : election.epoch());
        if (later) {
            election = Election.adopted(
                    claim.elected(), claim.epoch(), claim.electedFromMs(), claim.leaseUntilMs(), election);
        }
        long until = seenMs + claim.failoverMs();
        if (election == null) {
            return Election.first(claim.replica(), until);
        }
        if (election.replica().equals(claim.replica())) {
            return election.renewed(until);
        }
        return seenMs >= election.leaseUntilMs() ? election.next(claim.replica(), until) : election;
    }
}
