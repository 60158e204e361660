package io.millrace.processor.shards;

import io.millrace.model.TenantId;
import io.millrace.processor.series.SeriesMemory;
import io.millrace.processor.series.TenantSeries;
import io.millrace.runtime.shards.TenantShards;
import io.millrace.wire.record.ShardRecord.Passed;

/**
 * What one partition of {@code received} does about the shard of one tenant: it says which marks it has passed, lets go of
 * series that have moved, and when it is the tenant's first one it widens the shard. Not thread-safe: the task of the partition
 * owns it.
 */
public final class ShardDuties {
    /** What a mark carried is of no use a minute after the grace. */
    private static final long OVER_MS = TenantShard.GRACE_MS + 60_000;

    private static final long REPEAT_MS = 10_000;

    private final int partition;
    private final TenantSeries series;
    private final TenantShard shard;
    private final LeftSeries left;
    private final ShardWidening widening;
    private final ShardMetrics metrics;
    private long samples;
    private long overMs;
    private boolean home;

    /**
     * @param partition of {@code received}
     * @param partitions how many there are
     * @param now the shard as it is known
     */
    public ShardDuties(
            int partition,
            int partitions,
            TenantSeries series,
            SeriesMemory memory,
            TenantShards now,
            WideningRules rules,
            ShardMetrics metrics,
            long nowMs) {
        this.partition = partition;
        this.series = series;
        this.shard = new TenantShard(partition, now, nowMs);
        this.left = new LeftSeries(series, memory, nowMs);
        this.widening = new ShardWidening(partitions, rules, metrics);
        this.metrics = metrics;
    }

    /** What the limits have to know of the shard. */
    public TenantShard shard() {
        return shard;
    }

    /** Samples and histograms were passed on. */
    public void accepted(int number) {
        samples += number;
    }

    /**
     * To be called about once a second.
     *
     * @param behind whether the partition has something to catch up with
     */
    public void step(TenantShards now, boolean behind, long nowMs, ShardOutput output) {
        shard.see(now, nowMs);
        left.step(shard, nowMs);
        takeBack(now, nowMs, output);
        boolean wasHome = home;
        home = now.state() != null && now.shard().home() == partition;
        if (wasHome && !home) {
            metrics.gone(tenant());
        }
        if (home) {
            widening.step(now, samples, series.table().active(), behind, nowMs, output);
        }
    }

    /** The record read is a mark: all of lower epochs that stands before it in this partition has been processed. */
    public void pass(TenantShards now, long epoch, long nowMs, ShardOutput output) {
        Passed before = now.passed().get(partition);
        if (before == null || before.epoch() != epoch) {
            output.shard(
                    new Passed(tenant(), partition, epoch, nowMs, series.table().active(), series.knownActive()));
        }
    }

    private void takeBack(TenantShards now, long nowMs, ShardOutput output) {
        Passed passed = now.passed().get(partition);
        if (passed != null
                && !now.isClosed()
                && nowMs - passed.atMs() >= OVER_MS
                && (nowMs - overMs >= REPEAT_MS || nowMs < overMs)) {
            overMs = nowMs;
            output.shardOver(passed.key());
        }
    }

    /** The partition goes to someone else: its gauges end. */
    public void close() {
        if (home) {
            metrics.gone(tenant());
        }
    }

    private TenantId tenant() {
        return series.tenant();
    }
}
