package io.millrace.writer.replay;

import io.millrace.model.SampleColumns;
import io.millrace.model.SeriesId;
import io.millrace.model.TenantId;
import io.millrace.storage.ChunkPartition;
import io.millrace.storage.ChunkRow;
import io.millrace.storage.ChunkStore;
import io.millrace.storage.MetricChunk;
import io.millrace.storage.SeriesRegistry;
import io.millrace.wire.MalformedException;
import io.millrace.wire.chunk.Chunks;
import io.millrace.wire.record.DeletionMark;
import io.millrace.wire.record.HistogramMessage;
import io.millrace.wire.record.SampleBatchReader;
import io.millrace.writer.merge.MergedRows;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads what Kafka still has of a tenant and a time range, compares it with the store, and stores the samples that are not
 * there. What is stored is never touched: a chunk of missing samples has a key that no stored chunk has. Samples keep their
 * places in the topic, so deleted ones stay deleted. Not thread-safe.
 */
public final class Replay {
    private static final long DAY_MS = Duration.ofDays(1).toMillis();
    private static final Duration POLL = Duration.ofMillis(500);

    /** Samples may be ahead of the clock by the instance's future window. */
    private static final long AHEAD_MS = Duration.ofHours(1).toMillis();

    /** Samples held before they are compared with the store: some 100 bytes each. */
    private static final int MAX_GATHERED = 1_000_000;

    private final ChunkStore chunks;
    private final SeriesRegistry registry;
    private final LongSupplier clockMs;
    private final Map<Integer, Map<SeriesId, String>> metrics = new HashMap<>();
    private final Map<Key, GatheredSamples> gathered = new HashMap<>();
    private int gatheredSamples;
    private TenantId tenant = new TenantId("none");
    private boolean dryRun;
    private long records;
    private long unreadable;
    private long samples;
    private long missing;
    private long unregistered;

    private record Key(SeriesId series, int day) {}

    /**
     * What was found.
     *
     * @param records of the tenant that were read
     * @param unreadable records that cannot be read
     * @param samples in the time range, duplicates within a while counted once
     * @param missing of them that the store did not have; stored now, unless it was a dry run
     * @param unregistered samples of series that the registry does not have on their day: left alone
     */
    public record Report(long records, long unreadable, long samples, long missing, long unregistered) {}

    public Replay(ChunkStore chunks, SeriesRegistry registry, LongSupplier clockMs) {
        this.chunks = chunks;
        this.registry = registry;
        this.clockMs = clockMs;
    }

    /**
     * @param consumer of no group; is left open
     * @param fromMs first timestamp of samples
     * @param toMs last timestamp of samples
     * @throws io.millrace.storage.StoreUnavailableException when the store does not answer
     */
    public Report run(
            Consumer<byte[], byte[]> consumer,
            String topic,
            int partitions,
            TenantId of,
            long fromMs,
            long toMs,
            boolean dry) {
        tenant = of;
        dryRun = dry;
        byte[] key = of.value().getBytes(StandardCharsets.UTF_8);
        for (int partition = 0; partition < partitions; partition++) {
            TopicPartition from = new TopicPartition(topic, partition);
            consumer.assign(List.of(from));
            long end = consumer.endOffsets(List.of(from)).getOrDefault(from, 0L);
            seek(consumer, from, fromMs - AHEAD_MS);
            while (consumer.position(from) < end) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    if (Arrays.equals(key, record.key()) && record.value() != null) {
                        take(record, fromMs, toMs);
                    }
                }
            }
            compare();
        }
        return new Report(records, unreadable, samples, missing, unregistered);
    }

    private static void seek(Consumer<byte[], byte[]> consumer, TopicPartition partition, long timeMs) {
        OffsetAndTimestamp found =
                consumer.offsetsForTimes(Map.of(partition, Math.max(0, timeMs))).get(partition);
        if (found != null) {
            consumer.seek(partition, found.offset());
        } else {
            consumer.seekToEnd(List.of(partition));
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> record, long fromMs, long toMs) {
        records++;
        if (DeletionMark.is(record.value())) {
            compare(); // no chunk may have samples from both sides of it
            return;
        }
        try {
            SampleBatchReader reader = new SampleBatchReader();
            reader.wrap(record.value());
            int item = 0;
            SampleBatchReader.Entry entry = reader.nextEntry();
            while (entry != SampleBatchReader.Entry.END) {
                if (entry == SampleBatchReader.Entry.SERIES_BY_ID) {
                    item = items(reader, record.offset(), item, fromMs, toMs);
                }
                entry = reader.nextEntry();
            }
        } catch (MalformedException e) {
            unreadable++;
        }
        if (gatheredSamples >= MAX_GATHERED) {
            compare();
        }
    }

    /** Numbers items as the writer does: the place of a sample is that of its first storing. */
    private int items(SampleBatchReader reader, long offset, int firstItem, long fromMs, long toMs) {
        SeriesId series = new SeriesId(reader.idHigh(), reader.idLow());
        int item = firstItem;
        while (true) {
            SampleBatchReader.Item kind = reader.nextItem();
            if (kind == SampleBatchReader.Item.END) {
                return item;
            }
            long place = ChunkRow.position(offset, item++);
            long timestamp = reader.timestampMs();
            if (timestamp < fromMs || timestamp > toMs || kind == SampleBatchReader.Item.EXEMPLAR) {
                continue;
            }
            GatheredSamples of = gathered.computeIfAbsent(
                    new Key(series, (int) Math.floorDiv(timestamp, DAY_MS)), any -> new GatheredSamples());
            int before = of.size();
            if (kind == SampleBatchReader.Item.SAMPLE) {
                double value = Double.longBitsToDouble(reader.valueBits());
                of.add(timestamp, value, reader.startTimestampMs(), place);
            } else {
                of.add(
                        timestamp,
                        HistogramMessage.decode(reader.buffer(), reader.histogramOffset(), reader.histogramLength()),
                        reader.startTimestampMs(),
                        place);
            }
            gatheredSamples += of.size() - before;
        }
    }

    private void compare() {
        gathered.forEach(this::compare);
        gathered.clear();
        gatheredSamples = 0;
    }

    private void compare(Key key, GatheredSamples found) {
        samples += found.size();
        String metric = metrics.computeIfAbsent(key.day(), this::registered).get(key.series());
        if (metric == null) {
            unregistered += found.size();
            return;
        }
        ChunkPartition partition =
                new ChunkPartition(tenant, key.day(), metric, key.series().shard(ChunkPartition.SHARD_BITS));
        SampleColumns lost = found.without(stored(partition, key.series(), found));
        missing += lost.size();
        if (lost.size() > 0 && !dryRun) {
            List<MetricChunk> write = MergedRows.of(metric, key.series(), lost, found.place()).stream()
                    .map(row -> new MetricChunk(metric, clockMs.getAsLong(), row.chunk()))
                    .toList();
            chunks.write(partition.bucket(), write).toCompletableFuture().join();
        }
    }

    private Set<Long> stored(ChunkPartition partition, SeriesId series, GatheredSamples found) {
        Set<Long> timestamps = new HashSet<>();
        SampleColumns columns = new SampleColumns();
        chunks.read(partition, List.of(series), partition.day() * DAY_MS, found.lastMs(), row -> {
            columns.clear();
            try {
                Chunks.decode(row.encoding(), row.data(), found.firstMs(), found.lastMs(), columns);
            } catch (MalformedException e) {
                columns.clear(); // what it held is missing
            }
            for (int i = 0; i < columns.size(); i++) {
                timestamps.add(columns.timestamp(i));
            }
        });
        return timestamps;
    }

    private Map<SeriesId, String> registered(int day) {
        Map<SeriesId, String> ofDay = new HashMap<>();
        registry.read(tenant, day, row -> ofDay.put(row.id(), row.metric()));
        return ofDay;
    }
}
