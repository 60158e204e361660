package io.millrace.writer.partition;

import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Where records go that cannot be stored. Nothing is dropped: the record is kept for people to look at. */
public interface Quarantine {
    /**
     * Keeps a record with the reason. The stage completes when it is durable.
     *
     * @param reason short and fixed, for headers and metrics
     * @param detail what exactly was wrong
     */
    CompletionStage<Void> keep(ConsumerRecord<byte[], byte[]> record, String reason, String detail);
}
