package io.millrace.writer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.runtime.config.Configuration;
import io.millrace.runtime.config.ConfigurationException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WriterSettingsTest {
    @Test
    void shouldRefuseToMergeWhatMayStillWaitInTheTopicReceived() {
        assertThatThrownBy(() -> load("KAFKA_RETENTION_RECEIVED", "48h"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("writer.merge.delay: must be longer than writer.kafka.retention.received")
                .hasMessageContaining("48h");
        assertThat(load("KAFKA_RETENTION_RECEIVED", "48h", "MERGE_DELAY", "49h")
                        .merge()
                        .delay())
                .hasHours(49);
        assertThat(load("KAFKA_RETENTION_RECEIVED", "48h", "MERGE_ENABLED", "false")
                        .merge()
                        .enabled())
                .isFalse();
    }

    private static WriterSettings load(String... namesAndValues) {
        Map<String, String> environment = new HashMap<>();
        environment.put("MILLRACE_WRITER_CASSANDRA_CONTACT_POINTS", "127.0.0.1:9042");
        environment.put("MILLRACE_WRITER_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9092");
        for (int i = 0; i < namesAndValues.length; i += 2) {
            environment.put("MILLRACE_WRITER_" + namesAndValues[i], namesAndValues[i + 1]);
        }
        return Configuration.load(WriterSettings.class, null, environment);
    }
}
