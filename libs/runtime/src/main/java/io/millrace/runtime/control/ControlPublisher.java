package io.millrace.runtime.control;

import io.millrace.runtime.kafka.KafkaSettings;
import java.util.List;

/** Writes to the topic {@code control}; a call returns when all in-sync replicas have the records. */
public final class ControlPublisher implements AutoCloseable {
    public ControlPublisher(KafkaSettings settings, String clientId) {}

    /** Adds or replaces records, in this order. */
    public void publish(List<? extends ControlRecord> records) {
        throw new UnsupportedOperationException();
    }

    /** Removes a record. */
    public void delete(ControlKey key) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
