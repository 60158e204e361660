package io.millrace.writer.merge;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.model.TenantId;
import io.millrace.storage.Deletions;
import io.millrace.storage.MergeMark;
import io.millrace.storage.PartitionProgress;
import io.millrace.storage.ProgressStore;
import io.millrace.storage.StoreUnavailableException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that merges: it goes through the instances and their closed days, newest first, and merges the shards whose
 * first partition this writer owns. Two writers that own the same shard for a moment, or a merger that wakes up late, do
 * each other no harm, see {@link io.millrace.storage.MergeStore}.
 *
 * <h2>What may be merged</h2>
 *
 * <p>A chunk may be dropped when everything that was received before its last sample is stored: then nothing can come that
 * the drop would take with it. The writer of a partition knows the receive time of the last record before which everything
 * is stored. Records of a partition are in order of receive time but for those that waited in the topic {@code received},
 * which keeps them for hours; hence the delay, which must be longer.
 */
public final class MergeWorker implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(MergeWorker.class);
    private static final long DAY_MS = Duration.ofDays(1).toMillis();

    private final MergeRules rules;
    private final ProgressStore progress;
    private final ShardMerge merge;
    private final Supplier<List<Span>> spans;
    private final Supplier<List<Span>> deleted;
    private final InstancePurge purge;
    private final Supplier<List<PartitionProgress>> owned;
    private final Shards shards;
    private final MergeMetrics metrics;
    private final LongSupplier clockMs;
    private final Pace pace;
    /** When each shard was last found to need nothing, or merged; 0 for not yet. */
    private final Map<Seen, long[]> seen = new HashMap<>();

    private final Map<TenantId, List<String>> deletionsSeen = new HashMap<>();
    private volatile boolean stopped;

    /**
     * Days of a tenant that may have data.
     *
     * @param firstDay days since 1970-01-01 UTC
     * @param quietDays days that are older get no late samples
     */
    public record Span(TenantId tenant, int firstDay, int quietDays) {}

    /** 200 bytes for an instance and day. */
    private record Seen(TenantId tenant, int day) {}

    /**
     * @param spans of the instances there are
     * @param deleted of those that were deleted
     * @param owned how far this writer is with the partitions it owns
     */
    public MergeWorker(
            MergeRules rules,
            MergeParts parts,
            int partitions,
            Supplier<List<Span>> spans,
            Supplier<List<Span>> deleted,
            Supplier<List<PartitionProgress>> owned,
            MeterRegistry registry,
            LongSupplier clockMs) {
        this.rules = rules;
        this.progress = parts.progress();
        this.spans = spans;
        this.deleted = deleted;
        this.owned = owned;
        this.shards = new Shards(partitions);
        this.metrics = new MergeMetrics(registry);
        this.clockMs = clockMs;
        this.pace = new Pace(rules.percent(), System::nanoTime, nanos -> Thread.sleep(nanos / 1_000_000));
        this.merge = new ShardMerge(parts.merges(), parts.deletions(), parts.series(), partitions, clockMs, pace);
        this.purge = new InstancePurge(parts.instances(), parts.deletions(), clockMs, pace);
    }

    @Override
    public void run() {
        try {
            while (!stopped) {
                try {
                    cycle();
                } catch (StoreUnavailableException | CompletionException e) {
                    metrics.failed();
                    log.warn("merge interrupted, it goes on later reason={}", String.valueOf(e.getMessage()));
                } catch (RuntimeException e) {
                    metrics.failed();
                    log.error("merge failed, it is tried again", e);
                }
                Thread.sleep(rules.interval().toMillis());
            }
        } catch (InterruptedException e) {
            log.debug("merge worker stopped");
        }
    }

    /** Ends the thread soon; interrupt it as well. */
    public void stop() {
        stopped = true;
    }

    /** Goes once through everything. Returns how many shards were merged. */
    int cycle() throws InterruptedException {
        List<PartitionProgress> mine = owned.get();
        progress.write(mine).toCompletableFuture().join();
        if (!rules.enabled() || mine.isEmpty()) {
            return 0;
        }
        Map<Integer, PartitionProgress> own = byPartition(mine);
        Map<Integer, PartitionProgress> all = byPartition(progress.read());
        all.putAll(own);
        int merged = 0;
        long waiting = 0;
        for (Span span : spans.get()) {
            Deletions inForce = merge.decided(span.tenant());
            if (inForce == null) {
                log.info("merge waits for a pending deletion instance={}", span.tenant());
                continue;
            }
            if (!inForce.ids().equals(deletionsSeen.put(span.tenant(), inForce.ids()))) {
                seen.keySet().removeIf(each -> each.tenant().equals(span.tenant()));
            }
            seen.keySet().removeIf(each -> each.tenant().equals(span.tenant()) && each.day() < span.firstDay());
            int today = (int) Math.floorDiv(clockMs.getAsLong(), DAY_MS);
            for (int day = today - 1; day >= span.firstDay(); day--) {
                int[] result = day(span, day, own, all, inForce);
                merged += result[0];
                waiting += result[1];
            }
        }
        metrics.waiting(waiting);
        if (own.containsKey(0)) {
            for (Span span : deleted.get()) {
                purge.run(span);
            }
        }
        return merged;
    }

    private static Map<Integer, PartitionProgress> byPartition(List<PartitionProgress> list) {
        Map<Integer, PartitionProgress> map = new HashMap<>();
        list.forEach(each -> map.put(each.partition(), each));
        return map;
    }

    /** Shards merged, and shards that should have been. */
    private int[] day(
            Span span,
            int day,
            Map<Integer, PartitionProgress> own,
            Map<Integer, PartitionProgress> all,
            Deletions inForce)
            throws InterruptedException {
        int merged = 0;
        int waiting = 0;
        Map<Integer, MergeMark> marks = null;
        for (int shard = 0; shard < Shards.COUNT && !stopped; shard++) {
            Long durable = own.containsKey(shards.first(shard)) ? shards.durableUntilMs(shard, all) : null;
            long receivedUntilMs = durable == null ? 0 : durable - rules.delay().toMillis();
            if (receivedUntilMs < (day + 1) * DAY_MS || !isWorthALook(span, day, shard)) {
                continue;
            }
            if (marks == null) {
                marks = marks(span.tenant(), day);
            }
            pace.begin();
            if (!merge.isDue(span.tenant(), day, shard, marks.get(shard), inForce, receivedUntilMs)) {
                saw(span, day, shard);
                continue;
            }
            if (merge(span, day, shard, all, inForce, receivedUntilMs)) {
                merged++;
            } else {
                waiting++;
            }
        }
        return new int[] {merged, waiting};
    }

    private boolean merge(
            Span span, int day, int shard, Map<Integer, PartitionProgress> all, Deletions inForce, long receivedUntilMs)
            throws InterruptedException {
        try {
            BucketMerge.Outcome outcome = merge.run(span.tenant(), day, shard, all, inForce, receivedUntilMs);
            metrics.merged(outcome);
            log.info(
                    "shard merged instance={} day={} shard={} chunks={} chunkBytes={} series={} samples={} bytes={}",
                    span.tenant(),
                    day,
                    shard,
                    outcome.chunks(),
                    outcome.chunkBytes(),
                    outcome.series(),
                    outcome.samples(),
                    outcome.bytes());
            if (outcome.unreadable() == 0) {
                saw(span, day, shard);
                return true;
            }
        } catch (RuntimeException e) {
            metrics.failed();
            log.warn(
                    "shard not merged, tried again later instance={} day={} shard={} reason={}",
                    span.tenant(),
                    day,
                    shard,
                    String.valueOf(e.getMessage()),
                    e instanceof StoreUnavailableException || e instanceof CompletionException ? null : e);
        }
        return false;
    }

    private Map<Integer, MergeMark> marks(TenantId tenant, int day) {
        Map<Integer, MergeMark> marks = new HashMap<>();
        merge.marks(tenant, day).forEach(mark -> marks.put(mark.shard(), mark));
        return marks;
    }

    /** Days that can get late samples are looked at more often, others, for deletions, once a day. */
    private boolean isWorthALook(Span span, int day, int shard) {
        long[] before = seen.get(new Seen(span.tenant(), day));
        if (before == null || before[shard] == 0) {
            return true;
        }
        int today = (int) Math.floorDiv(clockMs.getAsLong(), DAY_MS);
        long again = day >= today - span.quietDays() ? rules.lookAgain().toMillis() : DAY_MS;
        return clockMs.getAsLong() - before[shard] >= again;
    }

    private void saw(Span span, int day, int shard) {
        seen.computeIfAbsent(new Seen(span.tenant(), day), any -> new long[Shards.COUNT])[shard] = clockMs.getAsLong();
    }

    /** Where this worker gets everything from. */
    public record MergeParts(
            io.millrace.storage.MergeStore merges,
            io.millrace.storage.DeletionStore deletions,
            io.millrace.storage.SeriesRegistry series,
            ProgressStore progress,
            io.millrace.storage.InstanceStore instances) {}

    /**
     * How merging goes.
     *
     * @param delay how old the newest data of a day must be
     * @param interval between two rounds
     * @param lookAgain how often a day that was merged is looked at for late samples
     * @param percent of the time of one thread, 1 to 100
     */
    public record MergeRules(boolean enabled, Duration delay, Duration interval, Duration lookAgain, int percent) {}
}
