package io.millrace.writer.chunk;

import io.millrace.model.TenantId;
import io.millrace.storage.ChunkBucket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * All open chunks of one partition, and when they are flushed. For the owner thread.
 *
 * <h2>Flush</h2>
 *
 * <p>Buckets belong to {@link #GROUPS} flush groups. Each group is flushed once in every flush interval, one after the
 * other, so that the store gets an even load and the oldest chunk in memory is never older than the interval. The clock is
 * the receive time that records carry, not the wall clock: a replay of the same records cuts the same chunks and writes
 * the same rows again. Only a partition without records goes by the wall clock, see {@link #advance}.
 */
public final class PartitionChunks {
    /** As many as buckets: of a large tenant each group flushes one bucket, of many small tenants one bucket each. */
    static final int GROUPS = ChunkBucket.COUNT;

    private final ChunkRules rules;
    private final OffsetLedger ledger;
    private final ChunkTotals totals = new ChunkTotals();
    private final PlainChunks plain = new PlainChunks();
    private final Map<TenantId, TenantChunks> tenants = new HashMap<>();
    private final List<List<Bucket>> groups = new ArrayList<>();
    private final long turnMs;
    private long clockMs;
    /** Turns of groups since 1970; turn t flushes group t mod GROUPS. -1 before the first record. */
    private long turn = -1;

    public PartitionChunks(ChunkRules rules, OffsetLedger ledger) {
        this.rules = rules;
        this.ledger = ledger;
        this.turnMs = Math.max(1, rules.flushIntervalMs() / GROUPS);
        for (int i = 0; i < GROUPS; i++) {
            groups.add(new ArrayList<>());
        }
    }

    public ChunkTotals totals() {
        return totals;
    }

    /** The chunks of a tenant, made if need be. */
    public TenantChunks tenant(TenantId tenant) {
        return tenants.computeIfAbsent(
                tenant,
                id -> new TenantChunks(
                        id,
                        rules,
                        ledger,
                        totals,
                        plain,
                        // Spread small tenants: not every tenant's bucket 0 in group 0.
                        (number, bucket) -> groups.get(number + id.hashCode() * 31 & GROUPS - 1)
                                .add(bucket)));
    }

    /** The chunks of a tenant if there are any. */
    public @Nullable TenantChunks existing(TenantId tenant) {
        return tenants.get(tenant);
    }

    /** Series in the dictionaries of all tenants. */
    public long known() {
        long known = 0;
        for (TenantChunks tenant : tenants.values()) {
            known += tenant.known();
        }
        return known;
    }

    /**
     * Moves the clock forward and flushes the groups whose turn it is.
     *
     * @param timeMs receive time of a record, never ahead of the wall clock; going backwards changes nothing
     */
    public void advance(long timeMs, Consumer<ChunkWrite> out) {
        if (timeMs <= clockMs) {
            return;
        }
        clockMs = timeMs;
        long now = timeMs / turnMs;
        if (turn < 0) {
            turn = now;
        }
        long from = Math.max(turn + 1, now - GROUPS + 1); // after a pause each group once
        for (long each = from; each <= now; each++) {
            flush((int) (each % GROUPS), out);
        }
        turn = now;
    }

    /** Flushes the group that is next, before its turn. For when memory is short. */
    public void flushNext(Consumer<ChunkWrite> out) {
        turn = Math.max(turn, 0) + 1;
        flush((int) (turn % GROUPS), out);
    }

    /** Flushes everything. */
    public void flushAll(Consumer<ChunkWrite> out) {
        for (int group = 0; group < GROUPS; group++) {
            flush(group, out);
        }
    }

    private void flush(int group, Consumer<ChunkWrite> out) {
        for (Bucket bucket : groups.get(group)) {
            bucket.flush(out);
        }
    }

    /**
     * Forgets series that were last announced before {@code hour} (since 1970) and have
     * nothing open.
     *
     * @return the number forgotten
     */
    public int sweep(int hour) {
        int forgotten = 0;
        for (TenantChunks tenant : tenants.values()) {
            forgotten += tenant.sweep(hour);
        }
        return forgotten;
    }
}
