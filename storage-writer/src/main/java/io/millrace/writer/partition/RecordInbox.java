package io.millrace.writer.partition;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Records on their way from a consumer thread to an owner thread, in order. It takes all that the consumer has fetched and
 * counts the bytes; when they are too many the consumer pauses the partition ({@link #isFull}) and resumes it once half of
 * them are gone ({@link #hasRoom}). So it never holds more than {@code maxBytes} and one fetch. One thread puts, one takes.
 */
public final class RecordInbox {
    private final Queue<ConsumerRecord<byte[], byte[]>> records = new ConcurrentLinkedQueue<>();
    private final AtomicLong bytes = new AtomicLong();
    private final long maxBytes;
    private volatile long readUpTo;

    RecordInbox(long maxBytes, long start) {
        this.maxBytes = maxBytes;
        this.readUpTo = start;
    }

    /**
     * @param nextOffset of the next record to be fetched; may be beyond the last record by transaction markers
     */
    public void put(List<ConsumerRecord<byte[], byte[]>> fetched, long nextOffset) {
        long fetchedBytes = 0;
        for (ConsumerRecord<byte[], byte[]> record : fetched) {
            fetchedBytes += size(record);
        }
        bytes.addAndGet(fetchedBytes);
        records.addAll(fetched);
        readUpTo = nextOffset;
    }

    /**
     * The offset up to which everything was put. Read it before {@link #poll}: when that finds nothing, everything below
     * was taken.
     */
    long readUpTo() {
        return readUpTo;
    }

    @Nullable
    ConsumerRecord<byte[], byte[]> poll() {
        ConsumerRecord<byte[], byte[]> record = records.poll();
        if (record != null) {
            bytes.addAndGet(-size(record));
        }
        return record;
    }

    public boolean isFull() {
        return bytes.get() >= maxBytes;
    }

    public boolean hasRoom() {
        return bytes.get() <= maxBytes / 2;
    }

    long bytes() {
        return bytes.get();
    }

    private static long size(ConsumerRecord<byte[], byte[]> record) {
        // 100 for the record itself; -1 stands for null
        return 100L + Math.max(record.serializedKeySize(), 0) + Math.max(record.serializedValueSize(), 0);
    }
}
