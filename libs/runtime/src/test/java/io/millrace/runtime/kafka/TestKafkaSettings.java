package io.millrace.runtime.kafka;

import io.millrace.runtime.config.Configuration;
import io.smallrye.config.ConfigMapping;
import java.util.HashMap;
import java.util.Map;

/** Settings for tests: the defaults for one broker. */
public final class TestKafkaSettings {
    /** A process that has nothing but Kafka. */
    @ConfigMapping(prefix = "test")
    public interface Root {
        KafkaSettings kafka();
    }

    private TestKafkaSettings() {}

    /** For one broker, with {@code MILLRACE_TEST_KAFKA_} variables as pairs of name and value. */
    public static KafkaSettings of(String bootstrapServers, String... more) {
        Map<String, String> environment = new HashMap<>();
        environment.put("MILLRACE_TEST_KAFKA_BOOTSTRAP_SERVERS", bootstrapServers);
        environment.put("MILLRACE_TEST_KAFKA_REPLICATION_FACTOR", "1");
        environment.put("MILLRACE_TEST_KAFKA_MIN_IN_SYNC_REPLICAS", "1");
        for (int i = 0; i < more.length; i += 2) {
            environment.put("MILLRACE_TEST_KAFKA_" + more[i], more[i + 1]);
        }
        return Configuration.load(Root.class, null, environment).kafka();
    }
}
