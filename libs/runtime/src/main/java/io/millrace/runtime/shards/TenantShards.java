package io.millrace.runtime.shards;

import io.millrace.model.TenantId;
import io.millrace.wire.Shard;
import io.millrace.wire.record.ShardRecord.Passed;
import io.millrace.wire.record.ShardRecord.Phase;
import io.millrace.wire.record.ShardRecord.State;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The shard of one tenant at one moment. Immutable.
 *
 * @param state the last that was said; null when nothing was
 * @param shard the partitions in use; while a change is on its way, those before it
 * @param nextShard the partitions after the change; those in use when there is none
 * @param passed the last mark that each partition has passed; empty where the follower does not keep them
 */
public record TenantShards(@Nullable State state, Shard shard, Shard nextShard, Map<Integer, Passed> passed) {
    /** A tenant of which nothing was said: it has all partitions. */
    static TenantShards all(TenantId tenant, int partitions) {
        return of(tenant, null, Map.of(), partitions);
    }

    static TenantShards of(TenantId tenant, @Nullable State state, Map<Integer, Passed> passed, int partitions) {
        Shard shard = Shard.of(tenant, state == null ? partitions : state.width(), partitions);
        Shard next = state == null || state.phase() == Phase.STEADY
                ? shard
                : Shard.of(tenant, state.nextWidth(), partitions);
        return new TenantShards(state, shard, next, passed);
    }

    /** The epoch of the last state, 0 when there is none. */
    public long epoch() {
        return state == null ? 0 : state.epoch();
    }

    /** The epoch of the last shard known that gateways may use: while a change is on its way, the one before it. */
    public long steadyEpoch() {
        return isClosed() ? epoch() - 1 : epoch();
    }

    /** How far a change is. */
    public Phase phase() {
        return state == null ? Phase.STEADY : state.phase();
    }

    /** Whether gateways must not publish anything of the tenant now. */
    public boolean isClosed() {
        return phase() != Phase.STEADY;
    }
}
