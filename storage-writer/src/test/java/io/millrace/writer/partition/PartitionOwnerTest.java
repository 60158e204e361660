package io.millrace.writer.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.model.Labels;
import io.millrace.model.MetricType;
import io.millrace.model.SampleColumns;
import io.millrace.model.SeriesId;
import io.millrace.model.TenantId;
import io.millrace.storage.ChunkPartition;
import io.millrace.storage.ChunkRow;
import io.millrace.storage.ExemplarRow;
import io.millrace.storage.MetadataRow;
import io.millrace.storage.MetricChunk;
import io.millrace.storage.SeriesRow;
import io.millrace.testkit.store.InMemoryStore;
import io.millrace.wire.chunk.Chunks;
import io.millrace.wire.labels.CanonicalLabels;
import io.millrace.wire.openchunks.OpenChunk;
import io.millrace.wire.openchunks.OpenPartition;
import io.millrace.wire.record.DeletionMark;
import io.millrace.wire.record.SampleBatchWriter;
import io.millrace.wire.record.SeriesRecord;
import io.millrace.writer.chunk.ChunkRules;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class PartitionOwnerTest {
    private static final TenantId TENANT = new TenantId("tenant-1");
    private static final long NOON = 20_000 * 86_400_000L + 43_200_000;
    private static final Labels UP = Labels.of("__name__", "up", "job", "a");
    private static final Labels DOWN = Labels.of("__name__", "down", "job", "a");

    private final InMemoryStore store = new InMemoryStore();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<String> quarantined = new ArrayList<>();
    private long now = NOON;
    private long seriesEnd;
    private int seriesEndAsked;
    private long sampleOffset;
    private long seriesOffset;
    private PartitionOwner owner = owner(0, 0, 0);

    private PartitionOwner owner(long samplesOffset, long samplesEnd, long seriesRegistered) {
        return new PartitionOwner(
                new OwnerStart(3, samplesOffset, samplesEnd, seriesRegistered),
                new OwnerSettings(new ChunkRules(240, 16_384, 1_200_000), 1 << 20, 1 << 20, 10_000, 4, 72, 30_000),
                new Stores(store.chunks(), store.series(), store.metadata(), store.exemplars()),
                partition -> {
                    seriesEndAsked++;
                    return CompletableFuture.completedFuture(seriesEnd);
                },
                (record, reason, detail) -> {
                    quarantined.add(record.topic() + "/" + record.offset() + " " + reason);
                    return CompletableFuture.completedFuture(null);
                },
                new WriterMetrics(meters),
                () -> now);
    }

    private void work() {
        for (int i = 0; i < 20; i++) {
            owner.doWork();
        }
    }

    private void announce(Labels labels) {
        byte[] canonical = CanonicalLabels.encode(labels);
        SeriesRecord record = new SeriesRecord(TENANT, 20_000, CanonicalLabels.id(labels), now, canonical);
        owner.series().put(List.of(record("series", seriesOffset++, record.key(), record.value())), seriesOffset);
        seriesEnd = seriesOffset;
    }

    private void send(Labels labels, long timestampMs, double value) {
        SampleBatchWriter batch = new SampleBatchWriter();
        batch.begin(now);
        SeriesId id = CanonicalLabels.id(labels);
        batch.series(id.high(), id.low());
        batch.sample(timestampMs, 0, Double.doubleToRawLongBits(value));
        send(batch.toByteArray());
    }

    private void send(byte[] value) {
        owner.samples()
                .put(
                        List.of(record(
                                "samples", sampleOffset++, TENANT.value().getBytes(StandardCharsets.UTF_8), value)),
                        sampleOffset);
    }

    private static ConsumerRecord<byte[], byte[]> record(String topic, long offset, byte[] key, byte[] value) {
        return new ConsumerRecord<>(
                topic,
                3,
                offset,
                0L,
                TimestampType.CREATE_TIME,
                key.length,
                value.length,
                key,
                value,
                new RecordHeaders(),
                Optional.empty());
    }

    private List<OpenChunk> open(Labels labels) {
        CompletableFuture<List<OpenChunk>> answer =
                owner.read(TENANT, List.of(CanonicalLabels.id(labels)), Long.MIN_VALUE, Long.MAX_VALUE);
        owner.doWork();
        return answer.join();
    }

    private double counter(String name, String... tags) {
        return meters.get(name).tags(tags).counter().count();
    }

    @Test
    void shouldShowASampleAtOnceAndStoreItWithinTheFlushInterval() {
        // given
        announce(UP);
        send(UP, NOON - 5, 1.5);
        // when
        work();
        // then
        assertThat(open(UP)).singleElement().satisfies(chunk -> {
            SampleColumns samples = new SampleColumns();
            Chunks.decode(chunk.encoding(), chunk.data(), Long.MIN_VALUE, Long.MAX_VALUE, samples);
            assertThat(samples.timestamp(0)).isEqualTo(NOON - 5);
            assertThat(samples.value(0)).isEqualTo(1.5);
        });
        assertThat(store.allChunks()).isEmpty();
        assertThat(owner.committableSamples()).isZero();
        // when: samples go on for the length of the interval
        for (int i = 1; i <= 81; i++) {
            now += 15_000;
            send(UP, now, i);
            work();
        }
        // then
        assertThat(store.allChunks()).isNotEmpty();
        assertThat(owner.committableSamples()).isPositive();
        assertThat(meters.get("millrace.stage.receive.delay").timer().count()).isEqualTo(82);
        assertThat(counter("millrace.writer.samples", "order", "in-order")).isEqualTo(82);
    }

    @Test
    void shouldStoreAPartitionThatFallsSilentByTheWallClock() {
        announce(UP);
        send(UP, NOON, 1);
        work();
        now += 1_200_000 + 31_000;
        work();
        assertThat(store.allChunks()).hasSize(1);
        assertThat(open(UP)).isEmpty();
        assertThat(owner.committableSamples()).isEqualTo(1);
    }

    @Test
    void shouldWaitForASeriesThatIsAnnouncedLater() {
        // given: the sample is here, its announcement is written and not read yet
        seriesEnd = 1;
        send(UP, NOON, 1);
        work();
        assertThat(open(UP)).isEmpty();
        assertThat(seriesEndAsked).isEqualTo(1);
        // when
        announce(UP);
        work();
        // then
        assertThat(open(UP)).hasSize(1);
        assertThat(quarantined).isEmpty();
        assertThat(counter("millrace.writer.unknown.series.waits")).isEqualTo(1);
    }

    @Test
    void shouldSetARecordAsideWhenItsSeriesWasNeverAnnounced() {
        // given: a record of a known series, an unknown one, and a known one
        announce(UP);
        announce(DOWN);
        SampleBatchWriter batch = new SampleBatchWriter();
        batch.begin(now);
        for (SeriesId id :
                List.of(CanonicalLabels.id(UP), new SeriesId(1, 1), new SeriesId(2, 2), CanonicalLabels.id(DOWN))) {
            batch.series(id.high(), id.low());
            batch.sample(NOON, 0, 0);
        }
        send(batch.toByteArray());
        send(UP, NOON + 1, 1);
        // when
        work();
        // then
        assertThat(quarantined).containsExactly("samples/0 unknown-series");
        assertThat(counter("millrace.writer.quarantined.records", "reason", "unknown-series"))
                .isEqualTo(1);
        assertThat(open(UP))
                .singleElement()
                .satisfies(chunk -> assertThat(chunk.samples()).isEqualTo(2));
        assertThat(open(DOWN)).hasSize(1);
    }

    @Test
    void shouldTakeARecordOfManySamplesInOrderAroundASeriesThatComesLater() {
        // given: more samples than are gathered at a time, most of one series; in the middle some of a series not read
        // yet
        announce(UP);
        seriesEnd = 2;
        SampleBatchWriter batch = new SampleBatchWriter();
        batch.begin(now);
        SeriesId up = CanonicalLabels.id(UP);
        SeriesId down = CanonicalLabels.id(DOWN);
        for (int i = 0; i < 200; i++) {
            batch.series(up.high(), up.low());
            batch.sample(NOON + 2 * i, 0, i);
            batch.sample(NOON + 2 * i + 1, 0, i);
            if (i >= 100 && i < 103) {
                batch.series(down.high(), down.low());
                batch.sample(NOON + i, 0, i);
                batch.exemplar(NOON + i, 0, new byte[0], 0, 0);
            }
        }
        send(batch.toByteArray());
        // when
        work();
        // then: what stands before it is there
        assertThat(samples(UP)).hasSize(202);
        // when
        announce(DOWN);
        work();
        // then
        assertThat(samples(UP)).hasSize(400).doesNotHaveDuplicates();
        assertThat(samples(DOWN)).containsExactly(NOON + 100, NOON + 101, NOON + 102);
        assertThat(quarantined).isEmpty();
        assertThat(counter("millrace.writer.samples", "order", "in-order")).isEqualTo(403);
        assertThat(counter("millrace.writer.samples", "order", "out-of-order")).isZero();
    }

    @Test
    void shouldGoOnWithAChunkWhenItsSeriesGetsStartTimestampsOrLateSamples() {
        // given
        announce(UP);
        SampleBatchWriter batch = new SampleBatchWriter();
        batch.begin(now);
        SeriesId up = CanonicalLabels.id(UP);
        batch.series(up.high(), up.low());
        batch.sample(NOON, 0, 1);
        batch.sample(NOON + 10, 0, 2);
        batch.sample(NOON + 20, NOON - 1_000, 3);
        batch.sample(NOON + 5, 0, 4);
        batch.sample(NOON + 30, 0, 5);
        send(batch.toByteArray());
        // when
        work();
        // then: one chunk with a late one beside it
        assertThat(open(UP)).extracting(OpenChunk::samples).containsExactly(4, 1);
        assertThat(samples(UP)).containsExactly(NOON, NOON + 5, NOON + 10, NOON + 20, NOON + 30);
        // when: its turn comes
        now += 1_300_000;
        work();
        send(UP, now, 6);
        work();
        // then: a plain chunk again
        assertThat(store.allChunks()).hasSize(2);
        assertThat(open(UP)).extracting(OpenChunk::samples).containsExactly(1);
    }

    /** Timestamps in memory, sorted. */
    private List<Long> samples(Labels labels) {
        SampleColumns found = new SampleColumns();
        for (OpenChunk chunk : open(labels)) {
            Chunks.decode(chunk.encoding(), chunk.data(), Long.MIN_VALUE, Long.MAX_VALUE, found);
        }
        List<Long> timestamps = new ArrayList<>();
        for (int i = 0; i < found.size(); i++) {
            timestamps.add(found.timestamp(i));
        }
        timestamps.sort(null);
        return timestamps;
    }

    @Test
    void shouldNotGiveUpOnASeriesWhileTheEndIsNotReached() {
        seriesEnd = 5;
        send(UP, NOON, 1);
        work();
        announce(DOWN); // offset 0 of 5
        seriesEnd = 5;
        work();
        assertThat(quarantined).isEmpty();
        // when: transaction markers only
        owner.series().put(List.of(), 5);
        work();
        // then
        assertThat(quarantined).containsExactly("samples/0 unknown-series");
    }

    @Test
    void shouldSetAMalformedRecordAsideAndGoOn() {
        announce(UP);
        send(new byte[] {1, 2, 3});
        send(UP, NOON, 1);
        owner.series().put(List.of(record("series", seriesOffset++, new byte[] {9}, new byte[] {9})), seriesOffset);
        work();
        assertThat(quarantined).containsExactlyInAnyOrder("samples/0 malformed", "series/1 malformed");
        assertThat(open(UP)).hasSize(1);
        assertThat(owner.committableSeries()).isZero();
        settle();
        assertThat(owner.committableSeries()).isEqualTo(2);
    }

    /** Lets what lingers be written. */
    private void settle() {
        now += 2_000;
        work();
    }

    @Test
    void shouldWriteAnnouncementsToTheRegistryOnceAndCommitThemAfterwards() {
        announce(UP);
        announce(DOWN);
        work();
        settle();
        List<SeriesRow> rows = new ArrayList<>();
        store.series().read(TENANT, 20_000, rows::add);
        assertThat(rows).extracting(SeriesRow::metric).containsExactlyInAnyOrder("up", "down");
        assertThat(owner.committableSeries()).isEqualTo(2);
    }

    @Test
    void shouldReadTheDictionaryFromTheBeginningButNotRegisterAgain() {
        // given: the predecessor has registered the first of two
        owner = owner(0, 0, 1);
        announce(UP);
        announce(DOWN);
        send(UP, NOON, 1);
        // when
        work();
        settle();
        // then
        List<SeriesRow> rows = new ArrayList<>();
        store.series().read(TENANT, 20_000, rows::add);
        assertThat(rows).extracting(SeriesRow::metric).containsExactly("down");
        assertThat(open(UP)).hasSize(1);
        assertThat(owner.committableSeries()).isEqualTo(2);
    }

    @Test
    void shouldHoldEverythingWhileTheStoreIsAwayAndTakeNothingMoreWhenFull() {
        // given
        announce(UP);
        work();
        settle();
        store.setAvailable(false);
        // when: much more than may wait
        for (int i = 0; i < 20_000; i++) {
            now += 1_000;
            send(UP, now, Math.sin(i));
            if (i % 100 == 0) {
                work();
            }
        }
        work();
        // then
        assertThat(owner.trouble()).contains("away");
        assertThat(owner.samples().isFull()).isTrue();
        assertThat(store.allChunks()).isEmpty();
        assertThat(owner.committableSamples()).isZero();
        assertThat(owner.totals().waitingBytes()).isBetween(10_000L, 40_000L);
        int seen = open(UP).stream().mapToInt(OpenChunk::samples).sum();
        assertThat(seen).isPositive();
        // when
        store.setAvailable(true);
        for (int i = 0; i < 400; i++) {
            now += 2_000;
            work();
        }
        now += 1_300_000;
        work();
        // then
        assertThat(owner.trouble()).isNull();
        assertThat(store.allChunks().stream()
                        .map(MetricChunk::row)
                        .mapToInt(ChunkRow::samples)
                        .sum())
                .isEqualTo(20_000);
        assertThat(owner.committableSamples()).isEqualTo(20_000);
        assertThat(counter("millrace.writer.write.retries", "what", "chunks")).isPositive();
    }

    @Test
    void shouldStoreEverythingAndKeepShowingItUntilThenWhenItDrains() {
        announce(UP);
        send(UP, NOON, 1);
        work();
        store.setAvailable(false);
        CompletableFuture<Void> drained = owner.beginDrain();
        work();
        assertThat(drained).isNotDone();
        assertThat(open(UP)).hasSize(1);
        store.setAvailable(true);
        settle();
        assertThat(drained).isDone();
        assertThat(store.allChunks()).hasSize(1);
        assertThat(owner.committableSamples()).isEqualTo(1);
        assertThat(owner.committableSeries()).isEqualTo(1);
    }

    @Test
    void shouldLandMetadataOnceAndExemplarsInTheirTables() {
        // given
        announce(UP);
        SampleBatchWriter batch = new SampleBatchWriter();
        batch.begin(now);
        SeriesId id = CanonicalLabels.id(UP);
        batch.series(id.high(), id.low());
        byte[] labels = CanonicalLabels.encode(Labels.of("trace_id", "abc"));
        batch.exemplar(NOON, Double.doubleToRawLongBits(0.25), labels, 0, labels.length);
        batch.metadata(MetricType.GAUGE, utf8("up"), utf8("is it up"), utf8(""));
        byte[] value = batch.toByteArray();
        // when
        send(value);
        send(value);
        work();
        assertThat(owner.committableSamples()).isZero();
        settle();
        // then
        List<MetadataRow> metadata = new ArrayList<>();
        store.metadata().read(TENANT, metadata::add);
        assertThat(metadata).containsExactly(new MetadataRow("up", MetricType.GAUGE, "is it up", "", NOON));
        List<ExemplarRow> exemplars = new ArrayList<>();
        store.exemplars()
                .read(
                        new ChunkPartition(TENANT, 20_000, "up", id.shard(ChunkPartition.SHARD_BITS)),
                        List.of(id),
                        NOON,
                        NOON,
                        exemplars::add);
        assertThat(exemplars).singleElement().satisfies(row -> {
            assertThat(row.labels()).isEqualTo(labels);
            assertThat(row.value()).isEqualTo(0.25);
        });
        assertThat(owner.committableSamples()).isEqualTo(2);
    }

    @Test
    void shouldTellWhetherItHasCaughtUp() {
        owner = owner(0, 2, 0);
        announce(UP);
        assertThat(owner.status().state()).isEqualTo(OpenPartition.State.CATCHING_UP);
        assertThat(owner.status().recordsBehind()).isEqualTo(-1);
        send(UP, NOON, 1);
        work();
        assertThat(owner.status().state()).isEqualTo(OpenPartition.State.CATCHING_UP);
        owner.setFetchLag(7);
        owner.samples().put(List.of(), 2); // a transaction marker
        work();
        assertThat(owner.status()).isEqualTo(new OpenPartition(3, OpenPartition.State.READY, NOON, 7));
        assertThat(owner.committableSamples()).isZero();
        // a figure from before the process was paused tells nothing
        now += 60_000;
        assertThat(owner.status().recordsBehind()).isEqualTo(-1);
    }

    @Test
    void shouldFailQuestionsOnceItHasEnded() throws Exception {
        Thread thread = new Thread(owner);
        thread.start();
        owner.stop().get();
        thread.join();
        assertThat(owner.status().state()).isEqualTo(OpenPartition.State.LOST);
        assertThat(owner.read(TENANT, List.of(), 0, 1)).isCompletedExceptionally();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void shouldCutChunksAtTheMarkOfADeletion() {
        // given
        announce(UP);
        send(UP, NOON, 1);
        send(UP, NOON + 15_000, 2);
        // when
        send(new DeletionMark("d", now).encode());
        send(UP, NOON + 30_000, 3);
        work();
        // then: nothing has samples from both sides of offset 2
        assertThat(store.allChunks()).singleElement().satisfies(chunk -> {
            assertThat(chunk.row().samples()).isEqualTo(2);
            assertThat(chunk.row().offset()).isLessThan(ChunkRow.position(2, 0));
        });
        assertThat(open(UP)).singleElement().satisfies(chunk -> {
            assertThat(chunk.samples()).isEqualTo(1);
            assertThat(chunk.offset()).isGreaterThan(ChunkRow.position(2, 0));
        });
        assertThat(owner.committableSamples()).isEqualTo(3);
        assertThat(quarantined).isEmpty();
    }
}
