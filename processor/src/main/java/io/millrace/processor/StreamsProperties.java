package io.millrace.processor;

import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.kafka.KafkaSettings;
import java.util.Locale;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/** The settings of Kafka Streams, and why. Stateless. */
final class StreamsProperties {
    /**
     * Records are batches of up to 1 MB, so what is fetched ahead is bounded by count as well as by bytes: at most
     * twice 32 MB a partition, if all were of the largest size.
     */
    private static final int RECORDS_AHEAD = 32;

    /** A quarantined record is a whole record of {@code received}, 1 MB at most, with headers that say why. */
    private static final int MAX_REQUEST_BYTES = (1 << 20) + (256 << 10);

    /**
     * How long the partitions of an instance that is gone wait for it. A stop leaves the group at once; this is for kills
     * and lost machines. Threads send heartbeats every third of it from a thread of their own, so only a pause of the whole
     * JVM comes near it.
     */
    private static final int SESSION_TIMEOUT_MS = 10_000;

    /**
     * Also how long a rebalance waits for a member that does not come: one that was fenced while the broker restarted stays in
     * the group as a ghost until then, and all partitions stand still. Thirty-two records take far less.
     */
    private static final int MAX_POLL_INTERVAL_MS = 60_000;

    private StreamsProperties() {}

    static Properties of(ProcessorSettings settings) {
        KafkaSettings kafka = settings.kafka();
        Properties config = new Properties();
        String name = kafka.topicPrefix() + "processor";
        config.putAll(KafkaClients.common(kafka, name));
        // Streams makes the names of its clients from the application id; one name for all would hide which is which.
        config.remove(ConsumerConfig.CLIENT_ID_CONFIG);
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, name);
        config.put(StreamsConfig.STATE_DIR_CONFIG, settings.stateDirectory().toString());
        config.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        config.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, settings.threads());
        config.put(
                StreamsConfig.COMMIT_INTERVAL_MS_CONFIG,
                settings.commitInterval().toMillis());
        config.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, settings.standbyReplicas());
        config.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, kafka.replicationFactor());
        config.put(
                StreamsConfig.GROUP_PROTOCOL_CONFIG,
                settings.groupProtocol().name().toLowerCase(Locale.ROOT));
        config.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, RECORDS_AHEAD);
        // One source topic: there is no second one whose records could be older, so nothing to wait for.
        config.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, StreamsConfig.MAX_TASK_IDLE_MS_DISABLED);
        config.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), RECORDS_AHEAD);
        config.put(StreamsConfig.consumerPrefix(ConsumerConfig.FETCH_MAX_BYTES_CONFIG), 16 << 20);
        config.put(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), SESSION_TIMEOUT_MS);
        config.put(StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), SESSION_TIMEOUT_MS / 3);
        config.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG), MAX_POLL_INTERVAL_MS);
        settings.instanceId()
                .ifPresent(id -> config.put(
                        StreamsConfig.mainConsumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG), name + "-" + id));
        config.put(StreamsConfig.restoreConsumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), 10_000);
        config.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        config.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
        // Commits flush anyway; the linger only lets announcements of one batch share a request.
        config.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 20);
        config.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), 256 << 10);
        config.put(StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), MAX_REQUEST_BYTES);
        return config;
    }
}
