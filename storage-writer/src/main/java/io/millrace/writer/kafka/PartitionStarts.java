package io.millrace.writer.kafka;

import io.millrace.writer.partition.OwnerStart;
import io.millrace.writer.partition.WriterMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds where to begin in newly assigned partitions, and says so loudly when data is gone. */
final class PartitionStarts {
    private static final Logger log = LoggerFactory.getLogger(PartitionStarts.class);

    private final String samplesTopic;
    private final String seriesTopic;
    private final WriterMetrics metrics;

    PartitionStarts(String samplesTopic, String seriesTopic, WriterMetrics metrics) {
        this.samplesTopic = samplesTopic;
        this.seriesTopic = seriesTopic;
        this.metrics = metrics;
    }

    /** Asks the broker. */
    List<OwnerStart> find(Consumer<byte[], byte[]> consumer, Collection<TopicPartition> assigned, Duration timeout) {
        Set<TopicPartition> both = new HashSet<>(assigned);
        assigned.forEach(partition -> both.add(new TopicPartition(seriesTopic, partition.partition())));
        Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(both, timeout);
        Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(both, timeout);
        Map<TopicPartition, Long> ends = consumer.endOffsets(both, timeout);
        List<OwnerStart> starts = new ArrayList<>();
        for (TopicPartition partition : assigned) {
            TopicPartition samples = new TopicPartition(samplesTopic, partition.partition());
            TopicPartition series = new TopicPartition(seriesTopic, partition.partition());
            long end = ends.getOrDefault(samples, 0L);
            starts.add(new OwnerStart(
                    partition.partition(),
                    samplesStart(samples, committed.get(samples), beginnings.getOrDefault(samples, 0L), end),
                    end,
                    seriesStart(committed.get(series), ends.getOrDefault(series, 0L))));
        }
        return starts;
    }

    private long samplesStart(
            TopicPartition partition, @Nullable OffsetAndMetadata committed, long beginning, long end) {
        if (committed == null) {
            return beginning;
        }
        long offset = committed.offset();
        if (offset < beginning) {
            metrics.lost(beginning - offset);
            log.error(
                    "samples are lost: Kafka deleted records before they were stored partition={} records={} from={} to={}."
                            + " Raise kafka.retention.samples above the longest time Cassandra may be away",
                    partition,
                    beginning - offset,
                    offset,
                    beginning);
            return beginning;
        }
        if (offset > end) {
            log.error(
                    "the committed offset is beyond the end, as after the topic was made anew; reading all of it"
                            + " partition={} committed={} end={}",
                    partition,
                    offset,
                    end);
            return beginning;
        }
        return offset;
    }

    private static long seriesStart(@Nullable OffsetAndMetadata committed, long end) {
        return committed == null || committed.offset() > end ? 0 : committed.offset();
    }
}
