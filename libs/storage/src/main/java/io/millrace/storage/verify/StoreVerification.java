package io.millrace.storage.verify;

import io.millrace.model.SampleColumns;
import io.millrace.model.SeriesId;
import io.millrace.model.TenantId;
import io.millrace.storage.BucketSeries;
import io.millrace.storage.ChunkBucket;
import io.millrace.storage.Store;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Reads all rows of an instance and day: bucket after bucket, the samples of one series in memory at a time, and the ids of
 * all, some 100 bytes each.
 */
public final class StoreVerification {
    private final Store store;

    public StoreVerification(Store store) {
        this.store = store;
    }

    /**
     * What was read.
     *
     * @param chunks rows as the writers store them
     * @param merged rows of merges
     * @param samples duplicates counted once
     * @param findings how many of each kind
     */
    public record Report(
            long series, long chunks, long merged, long samples, long bytes, Map<Finding.Kind, Long> findings) {
        /** Whether queries miss something, or give wrong numbers. */
        public boolean hasDamage() {
            return findings.keySet().stream().anyMatch(Finding.Kind::isDamage);
        }
    }

    /**
     * @param findings told of each finding as it is found, by the calling thread
     * @throws io.millrace.storage.StoreUnavailableException when the store does not answer
     */
    public Report run(TenantId tenant, int day, Consumer<Finding> findings) {
        Map<Finding.Kind, Long> counts = new EnumMap<>(Finding.Kind.class);
        Consumer<Finding> counting = finding -> {
            counts.merge(finding.kind(), 1L, Long::sum);
            findings.accept(finding);
        };
        Map<SeriesId, String> registered = new HashMap<>();
        Map<String, String> names = new HashMap<>();
        store.series().read(tenant, day, row -> {
            String name = names.computeIfAbsent(row.metric(), same -> same);
            registered.put(row.id(), name);
        });
        long series = 0;
        long chunks = 0;
        long merged = 0;
        long samples = 0;
        long bytes = 0;
        AggregatesVerification aggregates = new AggregatesVerification(store.chunks(), tenant, day, counting);
        for (int number = 0; number < ChunkBucket.COUNT; number++) {
            Iterator<BucketSeries> all =
                    store.merges().read(new ChunkBucket(tenant, day, number), Long.MAX_VALUE / 1_000);
            while (all.hasNext()) {
                BucketSeries each = all.next();
                series++;
                chunks += each.chunks().size();
                merged += each.merged().size();
                SampleColumns found = new SeriesVerification(day, each, counting).run();
                samples += found.size();
                aggregates.add(each, found);
                bytes += each.chunks().stream()
                        .mapToLong(row -> row.data().length)
                        .sum();
                bytes += each.merged().stream()
                        .mapToLong(row -> row.data().length)
                        .sum();
                if (registered.remove(each.series()) == null) {
                    counting.accept(new Finding(
                            Finding.Kind.NOT_REGISTERED, each.metric(), each.series(), "", "is not in the registry"));
                }
            }
        }
        aggregates.finish();
        registered.forEach((id, metric) ->
                counting.accept(new Finding(Finding.Kind.WITHOUT_SAMPLES, metric, id, "", "is in the registry only")));
        return new Report(series, chunks, merged, samples, bytes, Map.copyOf(counts));
    }
}
