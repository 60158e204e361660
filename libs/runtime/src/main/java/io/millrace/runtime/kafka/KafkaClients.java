package io.millrace.runtime.kafka;

import java.util.Map;

/** The settings every Kafka client of Millrace begins with. */
public final class KafkaClients {
    private KafkaClients() {}

    /**
     * Bootstrap servers, client id, the properties file of the settings, and timeouts fit for a broker that restarts. A
     * new mutable map: the caller adds its own.
     */
    public static Map<String, Object> common(KafkaSettings settings, String clientId) {
        throw new UnsupportedOperationException();
    }

    /** {@link #common} for a producer that loses nothing: acks=all, idempotent. */
    public static Map<String, Object> producer(KafkaSettings settings, String clientId) {
        throw new UnsupportedOperationException();
    }

    /** {@link #common} for a consumer: no automatic commit, no automatic topic creation, read_committed. */
    public static Map<String, Object> consumer(KafkaSettings settings, String clientId) {
        throw new UnsupportedOperationException();
    }
}
