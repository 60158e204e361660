package io.millrace.processor.ha;

import io.millrace.model.TenantId;
import io.millrace.runtime.policy.HaReplica;
import io.millrace.wire.record.HaClaimRecord;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Says for one partition whose samples pass, and claims elections. Not thread-safe: the task of the partition owns it.
 *
 * <h2>Why there is neither a gap nor a duplicate</h2>
 *
 * Samples received at a time belong to whoever was elected at that time, whenever and wherever they are processed. The
 * elected one has a lease, which ends the failover time after it was last seen. What is known here of the lease may be old,
 * but leases only grow: a time before the end of a lease known here belongs to the elected one known here, whatever the log
 * says by now. For a later time the gate claims, waits for the log, and then knows. So two partitions never decide
 * differently on one time, whatever their delay, and the time without samples is at most the failover time.
 *
 * <p>Waiting takes a round trip to the broker, but only for a new cluster, at a failover, and for a replica that sends less
 * often than the failover time: all others are renewed in passing.
 */
public final class HaGate {
    /** A tenth of the lease passes before it is renewed. */
    private static final int RENEWALS_IN_A_LEASE = 10;

    private final HaElections elections;
    private final Map<HaReplica, Boolean> decided = new HashMap<>();

    // Of the batch being read.
    private @Nullable TenantId tenant;
    private long failoverMs;
    private long receivedMs;
    private @Nullable HaReplica last;
    private boolean lastPasses;

    public HaGate(HaElections elections) {
        this.elections = elections;
    }

    /**
     * The next series are of this batch.
     *
     * @param newFailoverMs of the tenant
     * @param newReceivedMs when a gateway had received the batch
     */
    public void begin(TenantId newTenant, long newFailoverMs, long newReceivedMs) {
        tenant = newTenant;
        failoverMs = newFailoverMs;
        receivedMs = newReceivedMs;
        last = null;
        decided.clear();
    }

    /**
     * Whether samples of this replica are stored. The same for all series of a batch.
     *
     * @throws HaUnavailableException when nobody can say
     */
    @SuppressWarnings("ReferenceEquality") // a short cut: most series of a batch have the same object
    public boolean passes(HaReplica replica) {
        if (replica == last) {
            return lastPasses;
        }
        last = replica;
        lastPasses = decided.computeIfAbsent(replica, this::decide);
        return lastPasses;
    }

    private boolean decide(HaReplica replica) {
        TenantId of = tenant;
        if (of == null) {
            throw new IllegalStateException("no batch has begun");
        }
        Election election = elections.of(of, replica.cluster());
        if (election == null || receivedMs >= election.leaseUntilMs()) {
            elections.claim(claim(of, replica, election));
            election = elections.of(of, replica.cluster());
            if (election == null) {
                throw new HaUnavailableException("a claim did not lead to an election", null);
            }
        }
        boolean elected = election.isElected(replica.name(), receivedMs);
        long old = receivedMs + failoverMs - election.leaseUntilMs();
        if (elected && election.replica().equals(replica.name()) && old >= failoverMs / RENEWALS_IN_A_LEASE) {
            elections.renew(claim(of, replica, election));
        }
        return elected;
    }

    private HaClaimRecord claim(TenantId of, HaReplica replica, @Nullable Election known) {
        return known == null
                ? HaClaimRecord.first(of, replica.cluster(), replica.name(), receivedMs, failoverMs)
                : new HaClaimRecord(
                        of,
                        replica.cluster(),
                        replica.name(),
                        receivedMs,
                        failoverMs,
                        known.epoch(),
                        known.replica(),
                        known.fromMs(),
                        known.leaseUntilMs());
    }
}
