package io.millrace.processor;

import io.millrace.processor.progress.ReceivedLog;
import io.millrace.processor.series.SeriesStore;
import io.millrace.processor.usage.JobUsageStore;
import io.millrace.processor.usage.UsageStore;
import io.millrace.runtime.kafka.Topics;
import java.util.Map;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.Topology;

/**
 * The whole job:
 *
 * <pre>
 *                      ┌─▶ samples      batches by series id, to the partition of the ids
 *                      ├─▶ series       announcements, to the same partition
 * received ─▶ batches ─┼─▶ rejections   what was refused, for the ledger
 *               │      ├─▶ usage        counts by tenant, about once a second
 *               │      ├─▶ admission    where tenants are at their limit on series, for the gateways
 *               │      ├─▶ usage-by-job counts by job, a few times a minute
 *               │      ├─▶ shards       which partitions of received a tenant uses
 *               │      ├─▶ received     marks, when that changes
 *               │      └─▶ quarantine   records nobody can read
 *               ├ store "series"        known series, with a changelog
 *               ├ store "usage"         the counts and how far it is, with a changelog
 *               └ store "usage-by-job"  likewise
 * </pre>
 */
final class ProcessorTopology {
    static final String SAMPLES = "samples";
    static final String SERIES = "series";
    static final String REJECTIONS = "rejections";
    static final String USAGE = "usage";
    static final String ADMISSION = "admission";
    static final String USAGE_BY_JOB = "usage-by-job";
    static final String QUARANTINE = "quarantine";
    static final String SHARDS = "shards";
    static final String MARKS = "marks";

    /**
     * A restart reads the changelog as it lies on disk, compacted or not: small segments are compacted soon, and a fifth of
     * waste is all that is allowed.
     */
    private static final Map<String, String> CHANGELOG = Map.of(
            TopicConfig.SEGMENT_BYTES_CONFIG, Integer.toString(32 << 20),
            TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG, "0.2",
            TopicConfig.COMPRESSION_TYPE_CONFIG, "producer");

    private ProcessorTopology() {}

    static Topology build(ProcessorSettings settings, Shared shared, ReceivedLog received) {
        Topics topics = Topics.of(settings.kafka());
        Serializer<byte[]> keys = new ByteArraySerializer();
        return new Topology()
                .addSource("received", new ByteArrayDeserializer(), new ByteArrayDeserializer(), topics.received())
                .addProcessor("batches", () -> new BatchProcessor(settings, shared, received), "received")
                .addStateStore(SeriesStore.builder(shared.clockMs(), CHANGELOG), "batches")
                .addStateStore(UsageStore.builder(CHANGELOG), "batches")
                .addStateStore(JobUsageStore.builder(CHANGELOG), "batches")
                .addSink(SAMPLES, topics.samples(), keys, Routed.serializer(), Routed.partitioner(), "batches")
                .addSink(SERIES, topics.series(), keys, Routed.serializer(), Routed.partitioner(), "batches")
                .addSink(REJECTIONS, topics.rejections(), keys, Routed.serializer(), Routed.partitioner(), "batches")
                .addSink(USAGE, topics.usage(), keys, Routed.serializer(), Routed.partitioner(), "batches")
                .addSink(ADMISSION, topics.admission(), keys, Routed.serializer(), Routed.partitioner(), "batches")
                .addSink(USAGE_BY_JOB, topics.usageByJob(), keys, Routed.serializer(), Routed.partitioner(), "batches")
                .addSink(SHARDS, topics.shards(), keys, Routed.serializer(), Routed.partitioner(), "batches")
                .addSink(MARKS, topics.received(), keys, Routed.serializer(), Routed.partitioner(), "batches")
                .addSink(QUARANTINE, topics.quarantine(), keys, Routed.serializer(), Routed.partitioner(), "batches");
    }
}
