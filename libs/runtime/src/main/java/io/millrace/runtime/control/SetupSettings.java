package io.millrace.runtime.control;

import io.millrace.runtime.kafka.KafkaSettings;
import io.smallrye.config.ConfigMapping;

/** Configuration of {@link SetupMain}. */
@ConfigMapping(prefix = "setup")
public interface SetupSettings {
    /** How to reach Kafka. */
    KafkaSettings kafka();
}
