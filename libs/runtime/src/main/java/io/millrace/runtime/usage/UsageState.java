package io.millrace.runtime.usage;

import io.millrace.model.TenantId;
import io.millrace.wire.record.UsageRecord;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The newest usage record of each tenant and partition, and the one before it for the rates. Safe for any thread; written
 * by one.
 */
final class UsageState {
    /** A partition that publishes once a second and has not for so long sends nothing any more. */
    private static final long SILENCE_MS = 5_000;

    /** Two records of one partition; immutable. */
    private record Newest(UsageRecord record, @Nullable UsageRecord before) {
        /** What the difference is in a second. */
        double perSecond(long now, long then) {
            UsageRecord earlier = before;
            if (earlier == null) {
                return 0;
            }
            long millis = record.publishedMs() - earlier.publishedMs();
            return millis <= 0 ? 0 : Math.max(now - then, 0) * 1000.0 / millis;
        }
    }

    private final LongSupplier clockMs;
    private final Map<TenantId, Map<Integer, Newest>> tenants = new ConcurrentHashMap<>();

    UsageState(LongSupplier clockMs) {
        this.clockMs = clockMs;
    }

    void put(UsageRecord record) {
        tenants.computeIfAbsent(record.tenant(), id -> new ConcurrentHashMap<>())
                .compute(record.partition(), (partition, newest) -> next(newest, record));
    }

    /** After a restart of the processor totals may have gone back to the last commit: then there is no rate. */
    private static Newest next(@Nullable Newest newest, UsageRecord record) {
        boolean goesOn = newest != null
                && record.samples() >= newest.record.samples()
                && record.bytes() >= newest.record.bytes();
        return new Newest(record, goesOn && newest != null ? newest.record : null);
    }

    void remove(UsageRecord.Key key) {
        Map<Integer, Newest> partitions = tenants.get(key.tenant());
        if (partitions != null) {
            partitions.remove(key.partition());
        }
    }

    /** Forgets what the new state does not have, and takes the rest over. */
    void replaceAll(Map<UsageRecord.Key, UsageRecord> records) {
        records.values().forEach(this::put);
        tenants.forEach((tenant, partitions) -> partitions
                .keySet()
                .removeIf(partition -> !records.containsKey(new UsageRecord.Key(tenant, partition))));
    }

    Set<TenantId> tenants() {
        return Set.copyOf(tenants.keySet());
    }

    long activeElsewhere(TenantId tenant, int partition) {
        long sum = 0;
        for (Map.Entry<Integer, Newest> entry :
                tenants.getOrDefault(tenant, Map.of()).entrySet()) {
            sum += entry.getKey() == partition ? 0 : entry.getValue().record.activeSeries();
        }
        return sum;
    }

    Map<Integer, UsageRecord> partitions(TenantId tenant) {
        Map<Integer, UsageRecord> records = new HashMap<>();
        tenants.getOrDefault(tenant, Map.of()).forEach((partition, newest) -> records.put(partition, newest.record));
        return records;
    }

    TenantUsage usage(TenantId tenant) {
        long now = clockMs.getAsLong();
        long active = 0;
        long known = 0;
        long samples = 0;
        long refused = 0;
        double samplesRate = 0;
        double bytesRate = 0;
        double newRate = 0;
        double refusedRate = 0;
        for (Newest newest : tenants.getOrDefault(tenant, Map.of()).values()) {
            UsageRecord record = newest.record;
            active += record.activeSeries();
            known += record.knownSeries();
            samples += record.samples() + record.histograms();
            refused += record.refused();
            UsageRecord before = newest.before;
            if (before != null && now - record.publishedMs() < SILENCE_MS) {
                samplesRate += newest.perSecond(
                        record.samples() + record.histograms(), before.samples() + before.histograms());
                bytesRate += newest.perSecond(record.bytes(), before.bytes());
                newRate += newest.perSecond(record.createdSeries(), before.createdSeries());
                refusedRate += newest.perSecond(record.refused(), before.refused());
            }
        }
        return new TenantUsage(active, known, samplesRate, bytesRate, newRate * 60, refusedRate, samples, refused);
    }
}
