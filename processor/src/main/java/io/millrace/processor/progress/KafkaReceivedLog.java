package io.millrace.processor.progress;

import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.kafka.KafkaSettings;
import io.millrace.runtime.kafka.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Reads one record with a consumer of its own, made for it: once in months, when a group goes back. Thread-safe. */
public final class KafkaReceivedLog implements ReceivedLog {
    /** Together less than a task may take until it is thrown out of the group, see {@code StreamsProperties}. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final KafkaSettings settings;
    private final String topic;

    public KafkaReceivedLog(KafkaSettings settings) {
        this.settings = settings;
        this.topic = Topics.of(settings).received();
    }

    @Override
    public @Nullable RecordMark at(int partition, long offset) {
        Map<String, Object> config = KafkaClients.consumer(settings, settings.topicPrefix() + "processor-received-log");
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1);
        TopicPartition place = new TopicPartition(topic, partition);
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(config)) {
            consumer.assign(List.of(place));
            long begin = consumer.beginningOffsets(List.of(place), PATIENCE).getOrDefault(place, 0L);
            long end = consumer.endOffsets(List.of(place), PATIENCE).getOrDefault(place, 0L);
            if (offset < begin || offset >= end) {
                return null;
            }
            consumer.seek(place, offset);
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(PATIENCE).records(place)) {
                return record.offset() == offset ? RecordMark.of(record.timestamp(), record.value()) : null;
            }
        } catch (KafkaException e) {
            throw new ReceivedUnavailableException("cannot read " + place + " offset " + offset, e);
        }
        throw new ReceivedUnavailableException("no record of " + place + " within " + PATIENCE, null);
    }
}
