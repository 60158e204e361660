package io.millrace.writer.partition;

import io.millrace.model.TenantId;
import io.millrace.storage.SeriesRegistry;
import io.millrace.storage.SeriesRow;
import io.millrace.wire.labels.CanonicalLabels;
import io.millrace.wire.record.SeriesRecord;
import io.millrace.writer.chunk.OffsetLedger;
import io.millrace.writer.chunk.PartitionChunks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Takes the records of {@code series} in: every one into the dictionary, and those the registry does not have yet into the
 * registry. For the owner thread.
 */
final class SeriesIntake {
    /** Rows gathered before they are written at once: about 30 to a shard if all go to the same day. */
    private static final int MAX_ROWS = 500;

    /** Otherwise they are written after this time. */
    private static final long LINGER_MS = 500;

    private static final long NOT_GATHERING = -1;

    private final PartitionChunks chunks;
    private final SeriesRegistry registry;
    private final OffsetLedger ledger;
    private final WriteQueue writes;
    private final long registeredUpTo;
    private final Map<Day, List<SeriesRow>> gathered = new HashMap<>();
    private long[] held = new long[64];
    private int rows;
    private long gatheringSinceMs = NOT_GATHERING;

    private record Day(TenantId tenant, int day) {}

    /** @param ledger of the topic {@code series}; records below its start are in the registry already */
    SeriesIntake(PartitionChunks chunks, SeriesRegistry registry, OffsetLedger ledger, WriteQueue writes) {
        this.chunks = chunks;
        this.registry = registry;
        this.ledger = ledger;
        this.writes = writes;
        this.registeredUpTo = ledger.next();
    }

    /** @throws io.millrace.wire.MalformedException when the record cannot be read */
    void take(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            return; // a tombstone: nothing to learn
        }
        SeriesRecord series = SeriesRecord.decode(record.key(), record.value());
        byte[] labels = series.labels();
        String metric = CanonicalLabels.metricName(labels, 0, labels.length);
        chunks.tenant(series.tenant()).announce(series.id(), metric, series.announcedMs());
        if (record.offset() < registeredUpTo) {
            return;
        }
        gathered.computeIfAbsent(new Day(series.tenant(), series.day()), key -> new ArrayList<>())
                .add(new SeriesRow(series.id(), metric, labels));
        ledger.hold(record.offset());
        if (rows == held.length) {
            held = Arrays.copyOf(held, 2 * rows);
        }
        held[rows++] = record.offset();
    }

    /** Writes what was gathered when it is enough or old enough. */
    int doWork(long nowMs) {
        if (rows == 0) {
            gatheringSinceMs = NOT_GATHERING;
            return 0;
        }
        if (gatheringSinceMs == NOT_GATHERING) {
            gatheringSinceMs = nowMs;
        }
        if (rows < MAX_ROWS && nowMs - gatheringSinceMs < LINGER_MS) {
            return 0;
        }
        int written = rows;
        flush();
        return written;
    }

    /** Writes what was gathered. */
    void flush() {
        if (rows == 0) {
            return;
        }
        long[] offsets = Arrays.copyOf(held, rows);
        int[] parts = {gathered.size()};
        Runnable durable = () -> {
            if (--parts[0] == 0) {
                for (long offset : offsets) {
                    ledger.release(offset);
                }
            }
        };
        gathered.forEach((day, each) -> writes.add(new PendingWrite(
                "series", () -> registry.write(day.tenant(), day.day(), each), durable, 400L * each.size())));
        gathered.clear();
        rows = 0;
        gatheringSinceMs = NOT_GATHERING;
    }
}
