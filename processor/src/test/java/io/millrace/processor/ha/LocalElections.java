package io.millrace.processor.ha;

import io.millrace.model.TenantId;
import io.millrace.wire.record.HaClaimRecord;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Elections over a log in memory that everybody reads at once. */
public final class LocalElections implements HaElections {
    public final List<HaClaimRecord> log = new ArrayList<>();
    private final ElectionState state = new ElectionState();

    @Override
    public @Nullable Election of(TenantId tenant, String cluster) {
        return state.of(tenant, cluster);
    }

    @Override
    public void renew(HaClaimRecord claim) {
        claim(claim);
    }

    @Override
    public void claim(HaClaimRecord claim) {
        HaClaimRecord read = HaClaimRecord.decode(claim.key(), claim.value());
        log.add(read);
        state.apply(read, Long.MAX_VALUE / 2);
    }
}
