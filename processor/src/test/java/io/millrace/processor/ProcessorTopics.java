package io.millrace.processor;

import io.millrace.model.Labels;
import io.millrace.model.SeriesId;
import io.millrace.runtime.config.Configuration;
import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.kafka.TopicAdmin;
import io.millrace.runtime.kafka.Topics;
import io.millrace.testkit.TestKafka;
import io.millrace.wire.Partitions;
import io.millrace.wire.labels.CanonicalLabels;
import io.millrace.wire.record.SeriesRecord;
import io.millrace.wire.record.ShardHeaders;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/** A set of topics of its own on the test broker, with what stands before and behind the processor. For one thread. */
final class ProcessorTopics implements AutoCloseable {
    static final int PARTITIONS = 3;

    final Map<String, String> environment = new HashMap<>();
    final ProcessorSettings settings;
    final Topics topics;
    private final KafkaProducer<byte[], byte[]> producer;

    ProcessorTopics(String prefix, Path folder) {
        this(prefix, folder, PARTITIONS);
    }

    ProcessorTopics(String prefix, Path folder, int partitions) {
        environment.put("MILLRACE_PROCESSOR_STATE_DIRECTORY", folder.toString());
        environment.put("MILLRACE_PROCESSOR_KAFKA_BOOTSTRAP_SERVERS", TestKafka.bootstrapServers());
        environment.put("MILLRACE_PROCESSOR_KAFKA_TOPIC_PREFIX", prefix);
        environment.put("MILLRACE_PROCESSOR_KAFKA_PARTITIONS", Integer.toString(partitions));
        environment.put("MILLRACE_PROCESSOR_KAFKA_REPLICATION_FACTOR", "1");
        environment.put("MILLRACE_PROCESSOR_KAFKA_MIN_IN_SYNC_REPLICAS", "1");
        settings = Configuration.load(ProcessorSettings.class, null, environment);
        TopicAdmin.ensure(settings.kafka());
        topics = Topics.of(settings.kafka());
        producer = new KafkaProducer<>(KafkaClients.producer(settings.kafka(), prefix + "test"));
    }

    /** As the environment says now. */
    ProcessorSettings settings() {
        return Configuration.load(ProcessorSettings.class, null, environment);
    }

    static int partition(Labels labels) {
        SeriesId id = CanonicalLabels.id(labels);
        return Partitions.partition(id.high(), id.low(), PARTITIONS);
    }

    Future<RecordMetadata> send(String tenant, int partition, byte[] batch) {
        return producer.send(
                new ProducerRecord<>(topics.received(), partition, tenant.getBytes(StandardCharsets.UTF_8), batch));
    }

    /** By the shard of an epoch, as a gateway does. */
    Future<RecordMetadata> send(String tenant, int partition, byte[] batch, long shardEpoch) {
        byte[] key = tenant.getBytes(StandardCharsets.UTF_8);
        List<Header> headers = List.of(new RecordHeader(ShardHeaders.EPOCH, ShardHeaders.encode(shardEpoch)));
        return producer.send(new ProducerRecord<>(topics.received(), partition, key, batch, headers));
    }

    /** Any record, acknowledged. */
    void publish(String topic, int partition, byte[] key, byte[] value) {
        try {
            producer.send(new ProducerRecord<>(topic, partition, key, value)).get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    void sendNow(String tenant, int partition, byte[] batch) {
        try {
            send(tenant, partition, batch).get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The announcements for the day of a sample; in the evening there are others for the next day. */
    List<ConsumerRecord<byte[], byte[]>> announcements(long timestampMs) {
        return read(topics.series()).stream()
                .filter(record ->
                        SeriesRecord.decode(record.key(), record.value()).day()
                                == Math.floorDiv(timestampMs, 86_400_000L))
                .toList();
    }

    /** All committed records of a topic, each partition in order. */
    List<ConsumerRecord<byte[], byte[]>> read(String topic) {
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(KafkaClients.consumer(settings.kafka(), "reader"))) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
            return records;
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}
