package io.millrace.processor;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateRestoreListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How far the changelogs of newly assigned partitions have been read. Thread-safe. */
final class RestoreProgress implements StateRestoreListener {
    private static final Logger log = LoggerFactory.getLogger(RestoreProgress.class);

    /** Records left, by changelog partition that is being restored. */
    private final Map<TopicPartition, Long> remaining = new ConcurrentHashMap<>();

    private final Map<TopicPartition, Long> startedNanos = new ConcurrentHashMap<>();

    /** Records read since the start. */
    private final LongAdder restored = new LongAdder();

    @Override
    public void onRestoreStart(TopicPartition partition, String store, long from, long to) {
        remaining.put(partition, to - from);
        startedNanos.put(partition, System.nanoTime());
    }

    @Override
    public void onBatchRestored(TopicPartition partition, String store, long endOffset, long count) {
        restored.add(count);
        remaining.computeIfPresent(partition, (key, left) -> Math.max(left - count, 0));
    }

    @Override
    public void onRestoreEnd(TopicPartition partition, String store, long total) {
        remaining.remove(partition);
        Long started = startedNanos.remove(partition);
        log.info(
                "state restored partition={} records={} millis={}",
                partition,
                total,
                started == null ? -1 : (System.nanoTime() - started) / 1_000_000);
    }

    @Override
    public void onRestoreSuspended(TopicPartition partition, String store, long total) {
        remaining.remove(partition);
        startedNanos.remove(partition);
    }

    /** Records read since the start to get state back; what copies on other instances read is not among them. */
    long restored() {
        return restored.sum();
    }

    long remaining() {
        return remaining.values().stream().mapToLong(Long::longValue).sum();
    }

    /** One phrase for the operator. */
    String describe() {
        return remaining.isEmpty()
                ? "waiting for partitions"
                : "restoring " + remaining.size() + " partitions, " + remaining() + " records left";
    }
}
