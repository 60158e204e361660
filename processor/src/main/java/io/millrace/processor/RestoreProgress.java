package io.millrace.processor;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateRestoreListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How far the changelogs of newly assigned partitions have been read. Thread-safe. */
final class RestoreProgress implements StateRestoreListener {
    private static final Logger log = LoggerFactory.getLogger(RestoreProgress.class);

    /** Records left, by changelog partition that is being restored. */
    private final Map<TopicPartition, Long> remaining = new ConcurrentHashMap<>();

    @Override
    public void onRestoreStart(TopicPartition partition, String store, long from, long to) {
        remaining.put(partition, to - from);
    }

    @Override
    public void onBatchRestored(TopicPartition partition, String store, long endOffset, long count) {
        remaining.computeIfPresent(partition, (key, left) -> Math.max(left - count, 0));
    }

    @Override
    public void onRestoreEnd(TopicPartition partition, String store, long total) {
        remaining.remove(partition);
        log.info("state restored partition={} records={}", partition, total);
    }

    @Override
    public void onRestoreSuspended(TopicPartition partition, String store, long total) {
        remaining.remove(partition);
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
