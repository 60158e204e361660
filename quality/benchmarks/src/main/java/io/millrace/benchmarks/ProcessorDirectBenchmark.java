package io.millrace.benchmarks;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.model.TenantId;
import io.millrace.model.TenantLimits;
import io.millrace.processor.Output;
import io.millrace.processor.PartitionProcessor;
import io.millrace.processor.ProcessorMetrics;
import io.millrace.processor.Shared;
import io.millrace.processor.ha.HaElections;
import io.millrace.processor.limits.ClusterUsage;
import io.millrace.processor.series.SeriesMemory;
import io.millrace.processor.series.TenantSeries;
import io.millrace.processor.shards.WideningRules;
import io.millrace.processor.usage.JobUsageLog;
import io.millrace.processor.usage.UsageLog;
import io.millrace.runtime.policy.TenantPolicies;
import io.millrace.runtime.policy.TenantPolicy;
import io.millrace.runtime.shards.Shards;
import io.millrace.wire.record.AdmissionRecord;
import io.millrace.wire.record.JobUsageRecord;
import io.millrace.wire.record.RejectionRecord;
import io.millrace.wire.record.SeriesRecord;
import io.millrace.wire.record.ShardRecord;
import io.millrace.wire.record.UsageRecord;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the processor's own work costs, without Kafka: CPU of known and of new series, heap of active ones. */
final class ProcessorDirectBenchmark {
    private static final byte[] TENANT = "demo".getBytes(StandardCharsets.UTF_8);
    private static final long NOW = TypicalSeries.START_MS;

    private ProcessorDirectBenchmark() {}

    static void run(PrintStream out) {
        out.println("| series | CPU s / 1 M known | allocated B / sample | CPU s / 1 M new | heap B / active series |");
        out.println("|---|---|---|---|---|");
        for (int series : new int[] {10_000, 100_000, 1_000_000}) {
            List<byte[]> batches = ReceivedBatches.of(series, 1, NOW).get(0);
            Stopwatch.Cost fresh = new Stopwatch(Duration.ofSeconds(8), Duration.ofSeconds(1), 5)
                    .measure(series, () -> process(processor(), batches));
            long before = usedHeap();
            PartitionProcessor processor = processor();
            process(processor, batches);
            long heap = usedHeap() - before;
            Stopwatch.Cost known = new Stopwatch(Duration.ofSeconds(8), Duration.ofSeconds(1), 7)
                    .measure(series, () -> process(processor, batches));
            out.printf(
                    Locale.ROOT,
                    "| %,d | %.3f | %.0f | %.2f | %d |%n",
                    series,
                    known.secondsPerMillion(),
                    known.allocatedBytes(),
                    fresh.secondsPerMillion(),
                    heap / series);
        }
    }

    private static long process(PartitionProcessor processor, List<byte[]> batches) {
        for (byte[] batch : batches) {
            processor.process(TENANT, batch);
        }
        return batches.size();
    }

    private static PartitionProcessor processor() {
        TenantLimits limits = TenantLimits.DEFAULT.withSeries(10_000_000, 10_000_000, 10_000_000);
        Shared shared = new Shared(
                new ProcessorMetrics(new SimpleMeterRegistry()),
                TenantPolicies.always(new TenantPolicy(limits)),
                ClusterUsage.unknown(),
                HaElections.none(),
                Shards.none(1),
                WideningRules.NEVER,
                new TenantId("millrace"),
                () -> NOW);
        return new PartitionProcessor(0, 1, new Unlogged(), new Uncounted(), JobUsageLog.none(), new Nowhere(), shared);
    }

    private static long usedHeap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static final class Unlogged implements SeriesMemory {
        private final Map<TenantId, TenantSeries> tenants = new HashMap<>();

        @Override
        public TenantSeries tenant(TenantId tenant) {
            return tenants.computeIfAbsent(tenant, id -> new TenantSeries(id, System.nanoTime()));
        }

        @Override
        public List<TenantSeries> tenants() {
            return new ArrayList<>(tenants.values());
        }

        @Override
        public void log(TenantSeries series, int slot) {}

        @Override
        public void forget(TenantSeries series, int slot) {
            series.remove(slot);
        }
    }

    private static final class Uncounted implements UsageLog {
        @Override
        public List<UsageRecord> load() {
            return List.of();
        }

        @Override
        public void put(UsageRecord record) {}

        @Override
        public void remove(TenantId tenant, int partition) {}
    }

    private static final class Nowhere implements Output {
        @Override
        public void samples(byte[] tenantKey, int partition, byte[] batch) {}

        @Override
        public void series(int partition, SeriesRecord announcement) {
            announcement.key();
            announcement.value();
        }

        @Override
        public void rejection(RejectionRecord rejection) {}

        @Override
        public void usage(UsageRecord usage) {}

        @Override
        public void full(AdmissionRecord record) {}

        @Override
        public void open(AdmissionRecord.Key key) {}

        @Override
        public void jobUsage(JobUsageRecord usage) {}

        @Override
        public void jobForgotten(TenantId tenant, int partition, String job) {}

        @Override
        public void shard(ShardRecord record) {}

        @Override
        public void shardOver(ShardRecord.Key key) {}

        @Override
        public void mark(TenantId tenant, int partition, long epoch) {}

        @Override
        public void quarantine(byte @Nullable [] key, byte @Nullable [] value, String why) {
            throw new IllegalStateException(why);
        }
    }
}
