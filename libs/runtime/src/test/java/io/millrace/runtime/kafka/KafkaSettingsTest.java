package io.millrace.runtime.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.runtime.config.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaSettingsTest {
    @Test
    void shouldRefuseMoreCopiesInSyncThanThereAre() {
        assertThatThrownBy(() -> TestKafkaSettings.of("a:1", "MIN_IN_SYNC_REPLICAS", "2"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("test.kafka.min-in-sync-replicas: 2 is more than test.kafka.replication-factor");
    }

    @Test
    void shouldRefuseASeriesTopicThatForgetsBeforeTheSamplesDo() {
        assertThatThrownBy(() -> TestKafkaSettings.of("a:1", "RETENTION_SAMPLES", "3d"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("test.kafka.retention.series: must be at least a day longer");
    }

    @Test
    void shouldMakeASafeProducerAndConsumer(@TempDir Path directory) throws IOException {
        // given
        Path properties = Files.writeString(directory.resolve("client.properties"), "security.protocol=SSL\nacks=0\n");
        KafkaSettings settings = TestKafkaSettings.of("a:1", "CLIENT_PROPERTIES", properties.toString());

        // when
        Map<String, Object> producer = KafkaClients.producer(settings, "me");
        Map<String, Object> consumer = KafkaClients.consumer(settings, "me");

        // then
        assertThat(producer)
                .containsEntry("security.protocol", "SSL")
                .containsEntry("client.id", "me")
                .containsEntry("bootstrap.servers", "a:1")
                .containsEntry(ProducerConfig.ACKS_CONFIG, "all")
                .containsEntry(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        assertThat(consumer)
                .containsEntry(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false)
                .containsEntry(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    }

    @Test
    void shouldNameTheClientPropertiesFileThatCannotBeRead() {
        KafkaSettings settings = TestKafkaSettings.of("a:1", "CLIENT_PROPERTIES", "nowhere.properties");

        assertThatThrownBy(() -> KafkaClients.common(settings, "me"))
                .isInstanceOf(TopicException.class)
                .hasMessageContaining("nowhere.properties");
    }

    @Test
    void shouldHaveSafeDefaults() {
        KafkaSettings settings = TestKafkaSettings.of("a:1");

        assertThat(settings.retention().received()).isGreaterThanOrEqualTo(Duration.ofHours(6));
        assertThat(settings.retention().partitionBytes()).isEmpty();
    }
}
