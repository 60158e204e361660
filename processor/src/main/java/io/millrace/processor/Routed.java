package io.millrace.processor;

import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.jspecify.annotations.Nullable;

/**
 * A record value with the partition it goes to. The partition of a sample follows from the id of its series, not from
 * the record's key, so it travels beside the bytes from the processor to the sink.
 *
 * @param partition of the sink's topic, or {@link #ANY}
 * @param bytes the value; null is a tombstone
 */
record Routed(int partition, byte @Nullable [] bytes) {
    /** Where the key decides, as usual in Kafka. */
    static final int ANY = -1;

    static Serializer<Routed> serializer() {
        return (topic, value) -> value == null ? null : value.bytes;
    }

    static StreamPartitioner<byte[], Routed> partitioner() {
        return (topic, key, value, partitions) ->
                value == null || value.partition == ANY ? Optional.empty() : Optional.of(Set.of(value.partition));
    }
}
