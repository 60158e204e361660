package io.millrace.runtime.kafka;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;

/**
 * How a topic is made. All of Millrace's topics stand in {@link #all}.
 *
 * <h2>Choices that hold for every topic</h2>
 *
 * <ul>
 *   <li>{@code message.timestamp.type=LogAppendTime}: retention counts from the broker's clock. With the producer's
 *       time, a gateway whose clock is a day behind would have its acknowledged samples deleted at once. The time a
 *       sample was received travels inside the record.
 *   <li>{@code max.message.bytes} is the broker's own default, 1 MiB and 12 bytes, so that a stock broker works; our
 *       records stay under 1,000,000 bytes.
 *   <li>{@code compression.type=producer}: the broker never compresses again.
 *   <li>{@code unclean.leader.election.enable=false}: a copy that lacks acknowledged records never becomes the leader.
 *   <li>Segments are small against the retention, because only whole segments are deleted: what is kept too long is at
 *       most one {@code segment.ms} and one {@code segment.bytes} for each partition.
 * </ul>
 *
 * @param name of the topic
 * @param partitions how many
 * @param replicationFactor copies of each
 * @param fixedPartitions whether another number of partitions would put data in the wrong place
 * @param config topic settings
 */
record TopicSpec(
        String name, int partitions, short replicationFactor, boolean fixedPartitions, Map<String, String> config) {
    /** The default of the broker: 1 MiB of records and the overhead of a batch. */
    private static final int MAX_MESSAGE_BYTES = (1 << 20) + 12;

    /** A quarantined record is a whole record of another topic with headers that say why. */
    private static final int MAX_QUARANTINE_BYTES = MAX_MESSAGE_BYTES + (256 << 10);

    private static final long MIB = 1L << 20;

    /** Every topic of Millrace. */
    static List<TopicSpec> all(KafkaSettings settings) {
        Topics topics = Topics.of(settings);
        KafkaSettings.Retention retention = settings.retention();
        int partitions = settings.partitions();
        Builder data = new Builder(settings).segments(128 * MIB, Duration.ofHours(1));
        retention.partitionBytes().ifPresent(size -> data.with(TopicConfig.RETENTION_BYTES_CONFIG, size.bytes()));
        return List.of(
                data.delete(retention.received()).spec(topics.received(), partitions, true),
                data.delete(retention.samples()).spec(topics.samples(), partitions, true),
                // Writers read it as the dictionary of the samples they have not stored yet: nothing of the time that
                // samples covers may be compacted away, and tombstones are not used.
                new Builder(settings)
                        .segments(64 * MIB, Duration.ofHours(6))
                        .compactAndDelete(retention.samples().plusHours(1), retention.series())
                        .spec(topics.series(), partitions, true),
                new Builder(settings)
                        .segments(64 * MIB, Duration.ofHours(12))
                        .delete(retention.rejections())
                        .spec(topics.rejections(), partitions, false),
                // Rewritten every few seconds for each tenant and partition, and read whole by every gateway at start.
                new Builder(settings)
                        .segments(16 * MIB, Duration.ofHours(1))
                        .compact(Duration.ofDays(1))
                        .spec(topics.usage(), 1, false),
                // Read by the storage-writer only, which lands it; three days are there for one that is away.
                new Builder(settings)
                        .segments(64 * MIB, Duration.ofHours(6))
                        .compactAndDelete(Duration.ZERO, Duration.ofDays(3))
                        .spec(topics.usageByJob(), 1, false),
                // Two records a second for each gateway, of which only the last three seconds mean anything.
                new Builder(settings)
                        .segments(16 * MIB, Duration.ofMinutes(10))
                        .delete(Duration.ofMinutes(10))
                        .spec(topics.gateways(), 1, true),
                // A record a second for each tenant at its limit on series; of interest while it is new.
                new Builder(settings)
                        .segments(16 * MIB, Duration.ofMinutes(10))
                        .delete(Duration.ofMinutes(10))
                        .spec(topics.admission(), 1, true),
                // A few records whenever a tenant is spread over more partitions, and read whole at start.
                new Builder(settings)
                        .segments(16 * MIB, Duration.ofHours(1))
                        .compact(Duration.ofDays(1))
                        .spec(topics.shards(), 1, true),
                // One partition: changes are in one order for everybody. A deletion is seen by every process that has
                // been away for less than a week without reading from the start, which they all do anyway.
                new Builder(settings)
                        .segments(16 * MIB, Duration.ofDays(1))
                        .compact(Duration.ofDays(7))
                        .spec(topics.control(), 1, true),
                new Builder(settings)
                        .segments(16 * MIB, Duration.ofDays(30))
                        .delete(retention.audit())
                        .spec(topics.audit(), 1, true),
                // A record every few seconds for each cluster of replicas; one partition, so that all read one order.
                new Builder(settings)
                        .segments(16 * MIB, Duration.ofHours(1))
                        .compactAndDelete(Duration.ZERO, Duration.ofDays(7))
                        .spec(topics.ha(), 1, true),
                // At most one record a minute for each key and process.
                new Builder(settings)
                        .segments(16 * MIB, Duration.ofHours(6))
                        .compact(Duration.ofDays(1))
                        .spec(topics.keyUses(), 1, true),
                new Builder(settings)
                        .segments(64 * MIB, Duration.ofHours(12))
                        .delete(retention.quarantine())
                        .with(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, MAX_QUARANTINE_BYTES)
                        .spec(topics.quarantine(), 1, false));
    }

    NewTopic toNewTopic() {
        return new NewTopic(name, partitions, replicationFactor).configs(config);
    }

    private static final class Builder {
        private final Map<String, String> config = new LinkedHashMap<>();
        private final short replicationFactor;

        Builder(KafkaSettings settings) {
            replicationFactor = (short) settings.replicationFactor();
            with(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, settings.minInSyncReplicas());
            with(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, MAX_MESSAGE_BYTES);
            with(TopicConfig.COMPRESSION_TYPE_CONFIG, "producer");
            with(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime");
            with(TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG, "false");
        }

        Builder segments(long bytes, Duration roll) {
            return with(TopicConfig.SEGMENT_BYTES_CONFIG, bytes).with(TopicConfig.SEGMENT_MS_CONFIG, roll.toMillis());
        }

        Builder delete(Duration retention) {
            return with(TopicConfig.CLEANUP_POLICY_CONFIG, "delete")
                    .with(TopicConfig.RETENTION_MS_CONFIG, retention.toMillis());
        }

        Builder compact(Duration tombstones) {
            return with(TopicConfig.CLEANUP_POLICY_CONFIG, "compact")
                    .with(TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG, "0.1")
                    .with(TopicConfig.DELETE_RETENTION_MS_CONFIG, tombstones.toMillis());
        }

        Builder compactAndDelete(Duration lag, Duration retention) {
            return with(TopicConfig.CLEANUP_POLICY_CONFIG, "compact,delete")
                    .with(TopicConfig.MIN_COMPACTION_LAG_MS_CONFIG, lag.toMillis())
                    .with(TopicConfig.RETENTION_MS_CONFIG, retention.toMillis());
        }

        Builder with(String key, Object value) {
            config.put(key, value.toString());
            return this;
        }

        TopicSpec spec(String name, int partitions, boolean fixedPartitions) {
            return new TopicSpec(name, partitions, replicationFactor, fixedPartitions, Map.copyOf(config));
        }
    }
}
