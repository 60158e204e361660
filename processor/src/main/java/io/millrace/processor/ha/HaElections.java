package io.millrace.processor.ha;

import io.millrace.model.TenantId;
import io.millrace.wire.record.HaClaimRecord;
import org.jspecify.annotations.Nullable;

/** The elections of all clusters: what is known of them here, and the way to take part. Thread-safe. */
public interface HaElections {
    /** The election of a cluster, perhaps not the newest; null when none is known. */
    @Nullable
    Election of(TenantId tenant, String cluster);

    /** Says that the elected replica is alive. Returns at once; when it gets lost, the next one says it again. */
    void renew(HaClaimRecord claim);

    /**
     * Puts a claim into the log, and returns when {@link #of} knows it and all claims before it.
     *
     * @throws HaUnavailableException when that takes too long
     */
    void claim(HaClaimRecord claim);

    /** Where no instance has replicas. */
    static HaElections none() {
        return new HaElections() {
            @Override
            public @Nullable Election of(TenantId tenant, String cluster) {
                return null;
            }

            @Override
            public void renew(HaClaimRecord claim) {}

            @Override
            public void claim(HaClaimRecord claim) {
                throw new HaUnavailableException("there are no elections here", null);
            }
        };
    }
}
