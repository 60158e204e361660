package io.millrace.writer.ledger;

import io.millrace.storage.RejectionLedger;
import io.millrace.storage.UsageStore;
import io.millrace.wire.MalformedException;
import io.millrace.writer.partition.Quarantine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Consumes {@code rejections}, {@code usage} and {@code usage-by-job} in a group of its own: poll, write, wait until durable, commit. Slow and
 * simple, because there is little of it. While the store is away the same rows are tried again and again; the consumer
 * pauses and keeps polling, so that it stays in the group. One thread, {@code writer-ledger}.
 */
public final class LedgerConsumer implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(LedgerConsumer.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final long PAUSE_AFTER_FAILURE_MS = 1_000;

    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final String rejectionsTopic;
    private final String usageTopic;
    private final String jobsTopic;
    private final RejectionLedger ledger;
    private final UsageStore usage;
    private final Quarantine quarantine;
    private volatile boolean stopping;

    public LedgerConsumer(
            Supplier<Consumer<byte[], byte[]>> consumers,
            String rejectionsTopic,
            String usageTopic,
            String jobsTopic,
            RejectionLedger ledger,
            UsageStore usage,
            Quarantine quarantine) {
        this.consumers = consumers;
        this.rejectionsTopic = rejectionsTopic;
        this.usageTopic = usageTopic;
        this.jobsTopic = jobsTopic;
        this.ledger = ledger;
        this.usage = usage;
        this.quarantine = quarantine;
    }

    @Override
    public void run() {
        while (!stopping) {
            try (Consumer<byte[], byte[]> consumer = consumers.get()) {
                consumer.subscribe(List.of(rejectionsTopic, usageTopic, jobsTopic));
                while (!stopping) {
                    ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
                    if (!records.isEmpty() && store(consumer, records)) {
                        consumer.commitSync(records.nextOffsets());
                    }
                }
            } catch (RuntimeException e) {
                log.warn("ledger consumer failed, joining the group again reason={}", e.toString(), e);
                pause();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** Writes until it is durable; false when asked to stop before. */
    private boolean store(Consumer<byte[], byte[]> consumer, ConsumerRecords<byte[], byte[]> records)
            throws InterruptedException {
        LedgerRows rows = new LedgerRows();
        List<Malformed> malformed = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            try {
                if (record.topic().equals(usageTopic)) {
                    rows.addUsage(record);
                } else if (record.topic().equals(jobsTopic)) {
                    rows.addJobUsage(record);
                } else {
                    rows.addRejection(record);
                }
            } catch (MalformedException | IllegalArgumentException e) {
                log.error(
                        "record set aside in quarantine topic={} partition={} offset={} detail={}",
                        record.topic(),
                        record.partition(),
                        record.offset(),
                        e.getMessage());
                malformed.add(new Malformed(record, String.valueOf(e.getMessage())));
            }
        }
        boolean failing = false;
        while (!stopping) {
            try {
                attempt(rows, malformed).get(60, TimeUnit.SECONDS);
                if (failing) {
                    consumer.resume(consumer.paused());
                    log.info("store takes ledger rows again");
                }
                return true;
            } catch (ExecutionException | CompletionException | TimeoutException e) {
                if (!failing) {
                    failing = true;
                    log.warn("store does not take ledger rows, holding and repeating reason={}", e.toString());
                }
                consumer.pause(consumer.assignment());
                ConsumerRecords<byte[], byte[]> early = consumer.poll(Duration.ofMillis(PAUSE_AFTER_FAILURE_MS));
                // A partition that was assigned this moment is not paused: its records come again later.
                for (TopicPartition partition : early.partitions()) {
                    consumer.seek(partition, early.records(partition).get(0).offset());
                }
            }
        }
        return false;
    }

    private record Malformed(ConsumerRecord<byte[], byte[]> record, String detail) {}

    private CompletableFuture<Void> attempt(LedgerRows rows, List<Malformed> malformed) {
        List<CompletableFuture<Void>> parts = new ArrayList<>();
        if (!rows.isEmpty()) {
            parts.add(rows.write(ledger, usage).toCompletableFuture());
        }
        for (Malformed each : malformed) {
            parts.add(quarantine.keep(each.record(), "malformed", each.detail()).toCompletableFuture());
        }
        return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new));
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_AFTER_FAILURE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Asks the thread to end. Any thread. */
    public void stop() {
        stopping = true;
    }
}
