package io.millrace.writer.merge;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicLong;

/** What the merge tells the operator. Thread-safe. */
final class MergeMetrics {
    private final Counter shards;
    private final Counter chunks;
    private final Counter chunkBytes;
    private final Counter samples;
    private final Counter bytes;
    private final Counter purged;
    private final Counter unreadable;
    private final Counter failures;
    private final AtomicLong waiting = new AtomicLong();

    MergeMetrics(MeterRegistry registry) {
        shards = counter(registry, "millrace.merge.shards", "Shards of days that were merged");
        chunks = counter(registry, "millrace.merge.chunks", "Chunks that went into merged rows");
        chunkBytes = counter(registry, "millrace.merge.chunk.bytes", "Bytes of chunks that went into merged rows");
        samples = counter(
                registry, "millrace.merge.samples", "Samples in merged rows that were written or left as they are");
        bytes = counter(registry, "millrace.merge.bytes", "Bytes of merged rows that were written or left as they are");
        purged = counter(
                registry,
                "millrace.merge.left.out.samples",
                "Samples left out of merged rows: deleted, duplicates, or overwritten");
        unreadable = counter(
                registry, "millrace.merge.unreadable.series", "Series left unmerged because a chunk cannot be read");
        failures =
                counter(registry, "millrace.merge.failures", "Merges of a shard that ended early and are done again");
        Gauge.builder("millrace.merge.waiting.shards", waiting, AtomicLong::get)
                .description("Shards of days that this writer should have merged and has not")
                .register(registry);
    }

    private static Counter counter(MeterRegistry registry, String name, String description) {
        return Counter.builder(name).description(description).register(registry);
    }

    void merged(BucketMerge.Outcome outcome) {
        shards.increment();
        chunks.increment(outcome.chunks());
        chunkBytes.increment(outcome.chunkBytes());
        samples.increment(outcome.samples());
        bytes.increment(outcome.bytes());
        purged.increment(outcome.purgedSamples());
        unreadable.increment(outcome.unreadable());
    }

    void failed() {
        failures.increment();
    }

    void waiting(long shards) {
        waiting.set(shards);
    }
}
