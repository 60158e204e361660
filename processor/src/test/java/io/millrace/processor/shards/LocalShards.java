package io.millrace.processor.shards;

import io.millrace.model.TenantId;
import io.millrace.runtime.shards.Shards;
import io.millrace.runtime.shards.TenantShards;
import io.millrace.wire.Shard;
import io.millrace.wire.record.ShardRecord;
import io.millrace.wire.record.ShardRecord.Passed;
import io.millrace.wire.record.ShardRecord.Phase;
import io.millrace.wire.record.ShardRecord.State;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a test says of shards. Waiting ends at once: what is not known by then never will be. */
public final class LocalShards implements Shards {
    private final int partitions;
    private final Map<TenantId, TenantShards> tenants = new HashMap<>();

    public LocalShards(int partitions) {
        this.partitions = partitions;
    }

    @Override
    public TenantShards of(TenantId tenant) {
        return tenants.computeIfAbsent(tenant, id -> made(id, null, Map.of()));
    }

    /** As the topic would. */
    public void apply(ShardRecord record) {
        TenantShards before = of(record.tenant());
        if (record instanceof State state) {
            tenants.put(record.tenant(), made(record.tenant(), state, before.passed()));
        } else if (record instanceof Passed passed) {
            Map<Integer, Passed> all = new HashMap<>(before.passed());
            all.put(passed.partition(), passed);
            tenants.put(record.tenant(), made(record.tenant(), before.state(), all));
        }
    }

    private TenantShards made(TenantId tenant, @Nullable State state, Map<Integer, Passed> passed) {
        Shard shard = Shard.of(tenant, state == null ? partitions : state.width(), partitions);
        Shard next = state == null || state.phase() == Phase.STEADY
                ? shard
                : Shard.of(tenant, state.nextWidth(), partitions);
        return new TenantShards(state, shard, next, passed);
    }

    @Override
    public boolean ready() {
        return true;
    }

    @Override
    public boolean awaitSteady(TenantId tenant, long epoch, Duration limit) {
        return of(tenant).steadyEpoch() >= epoch;
    }
}
