package io.millrace.writer.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.Labels;
import io.millrace.model.SampleColumns;
import io.millrace.model.SeriesId;
import io.millrace.model.StaleMarker;
import io.millrace.model.TenantId;
import io.millrace.model.WindowAggregates;
import io.millrace.storage.AggregateRow;
import io.millrace.storage.ChunkPartition;
import io.millrace.storage.ChunkRow;
import io.millrace.storage.Deletion;
import io.millrace.storage.Deletions;
import io.millrace.storage.ExemplarRow;
import io.millrace.storage.MergeMark;
import io.millrace.storage.MetricChunk;
import io.millrace.storage.PartitionProgress;
import io.millrace.storage.SeriesRow;
import io.millrace.testkit.store.InMemoryStore;
import io.millrace.wire.chunk.AggregateChunk;
import io.millrace.wire.chunk.ChunkMerge;
import io.millrace.wire.chunk.XorChunk;
import io.millrace.wire.labels.CanonicalLabels;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShardMergeTest {
    private static final TenantId TENANT = new TenantId("acme");
    private static final int DAY = 19_700;
    private static final long START = DAY * 86_400_000L;
    private static final int PARTITIONS = 4;
    private static final Labels LABELS = Labels.of("__name__", "up", "job", "node");
    private static final SeriesId SERIES = CanonicalLabels.id(LABELS);
    private static final int SHARD = SERIES.shard(ChunkPartition.SHARD_BITS);

    private final InMemoryStore store = new InMemoryStore();
    private final ShardMerge merge = new ShardMerge(
            store.merges(),
            store.deletions(),
            store.series(),
            PARTITIONS,
            () -> START + 10 * 86_400_000L,
            new Pace(100, System::nanoTime, nanos -> {}));

    /** What readers must see: newest value of each timestamp, as bits. */
    private final Map<Long, Long> expected = new TreeMap<>();

    private long offset;

    @BeforeEach
    void register() {
        byte[] labels = CanonicalLabels.encode(LABELS);
        store.series().write(TENANT, DAY, List.of(new SeriesRow(SERIES, "up", labels)));
    }

    @Test
    void shouldLeaveOneDenseRowAndAMark() throws Exception {
        // given
        for (int i = 0; i < 20; i++) {
            chunk(100 + i, i * 80L, 80, 1);
        }

        // when
        BucketMerge.Outcome outcome = run(1_000);

        // then
        assertThat(outcome.chunks()).isEqualTo(20);
        assertThat(outcome.samples()).isEqualTo(1_600);
        assertThat(rows()).hasSize(1);
        assertThat(read()).isEqualTo(expected);
        assertThat(store.allChunks()).isEmpty();
        assertThat(store.merges().marks(TENANT, DAY))
                .containsExactly(new MergeMark(
                        SHARD, 1_000, START + 10 * 86_400_000L, 1, 1_600, outcome.bytes(), java.util.Set.of()));
        assertThat(merge.isDue(TENANT, DAY, SHARD, mark(), Deletions.NONE, 2_000))
                .isFalse();
    }

    @Test
    void shouldLeaveAloneWhatWasReceivedLaterAndTakeItInTheNextTime() throws Exception {
        // given
        chunk(100, 0, 80, 1);
        run(1_000);
        chunk(2_000, 40, 80, 2);
        assertThat(merge.isDue(TENANT, DAY, SHARD, mark(), Deletions.NONE, 1_999))
                .isFalse();
        assertThat(merge.isDue(TENANT, DAY, SHARD, mark(), Deletions.NONE, 2_000))
                .isTrue();
        run(1_500);
        assertThat(store.allChunks()).hasSize(1);
        assertThat(read()).isEqualTo(expected);

        // when
        run(3_000);

        // then
        assertThat(store.allChunks()).isEmpty();
        assertThat(read()).isEqualTo(expected).hasSize(120);
    }

    @Test
    void shouldReplaceARowThatBeganLater() throws Exception {
        chunk(100, 50, 10, 1);
        run(1_000);
        chunk(2_000, 10, 10, 1);
        run(3_000);
        assertThat(rows()).hasSize(1);
        assertThat(read()).isEqualTo(expected).hasSize(20);
    }

    @Test
    void shouldNotDropAnythingWhenAChunkCannotBeRead() throws Exception {
        // given
        chunk(100, 0, 80, 1);
        ChunkRow broken = new ChunkRow(SERIES, START + 7, 99, START + 8, 2, (byte) 1, new byte[] {0, 9, 1});
        store.chunks().write(bucket(), List.of(new MetricChunk("up", 101, broken)));

        // when
        BucketMerge.Outcome outcome = run(1_000);

        // then
        assertThat(outcome.unreadable()).isEqualTo(1);
        assertThat(store.allChunks()).hasSize(2);
        assertThat(store.merges().marks(TENANT, DAY)).isEmpty();
    }

    @Test
    void shouldPurgeWhatWasDeletedAndKeepWhatWasWrittenAfterwards() throws Exception {
        // given
        chunk(100, 0, 80, 1);
        run(1_000);
        delete("d", "{job=\"node\"}", START, START + 50 * 15_000L);
        for (long i = 0; i <= 50; i++) {
            expected.remove(START + i * 15_000L);
        }
        assertThat(read()).isEqualTo(expected);
        chunk(2_000, 20, 5, 7);
        assertThat(read()).isEqualTo(expected).hasSize(34);
        assertThat(merge.isDue(TENANT, DAY, SHARD, mark(), inForce(), 3_000)).isTrue();

        // when
        run(3_000);

        // then
        assertThat(rows()).hasSize(1);
        assertThat(rows().get(0).samples()).isEqualTo(34);
        assertThat(read()).isEqualTo(expected);
        assertThat(mark().purged()).containsExactly("d");
        assertThat(merge.isDue(TENANT, DAY, SHARD, mark(), inForce(), 4_000)).isFalse();

        // when: a replay writes once more what was deleted
        offset = 0;
        Map<Long, Long> before = new TreeMap<>(expected);
        chunk(100, 0, 80, 1);
        expected.clear();
        expected.putAll(before);

        // then
        assertThat(read()).isEqualTo(expected);
        run(5_000);
        assertThat(read()).isEqualTo(expected);
    }

    @Test
    void shouldMergeOnceMoreWhenTheWriterHasPassedTheMarkOfADeletion() throws Exception {
        // given
        chunk(100, 0, 80, 1);
        run(1_000);
        delete("d", "up", START, START + 50 * 15_000L);
        for (long i = 0; i <= 50; i++) {
            expected.remove(START + i * 15_000L);
        }

        // when: the writer has the mark still before it
        offset--;
        run(2_000);
        offset++;

        // then: readers must mind the deletion, and so aggregates do not help them
        assertThat(read()).isEqualTo(expected);
        assertThat(mark().purged()).isEmpty();
        assertThat(merge.isDue(TENANT, DAY, SHARD, mark(), inForce(), 2_000)).isTrue();

        // when
        run(3_000);

        // then
        assertThat(read()).isEqualTo(expected);
        assertThat(mark().purged()).containsExactly("d");
        assertThat(inForce().of(LABELS, SERIES)).noneMatch(range -> range.touches(rows().get(0)));
        assertThat(inForce().of(LABELS, SERIES))
                .noneMatch(range -> range.touches(readAggregates(300_000).get(0)));
        assertThat(merge.isDue(TENANT, DAY, SHARD, mark(), inForce(), 4_000)).isFalse();
    }

    @Test
    void shouldDropTheRowOfASeriesThatWasDeletedAsAWhole() throws Exception {
        chunk(100, 0, 80, 1);
        run(1_000);
        delete("d", "up", Long.MIN_VALUE, Long.MAX_VALUE);
        run(2_000);
        assertThat(rows()).isEmpty();
    }

    @Test
    void shouldDropTheExemplarsOfADeletedSeries() throws Exception {
        // given
        ChunkPartition partition = new ChunkPartition(TENANT, DAY, "up", SHARD);
        ExemplarRow before = new ExemplarRow(SERIES, START + 5, new byte[] {1}, 1, 5);
        ExemplarRow afterwards = new ExemplarRow(SERIES, START + 6, new byte[] {1}, 1, 6);
        store.exemplars().write(partition, List.of(before, afterwards));
        delete("d", "up", Long.MIN_VALUE, Long.MAX_VALUE);

        // when
        run(2_000);

        // then
        List<ExemplarRow> left = new ArrayList<>();
        store.exemplars().read(partition, List.of(SERIES), START, START + 10, left::add);
        assertThat(left).containsExactly(afterwards);
    }

    @Test
    void shouldMergeNothingWhileADeletionIsPending() {
        Deletion pending = deletion("d", "up", 0, 1, Deletion.State.PENDING, List.of());
        store.deletions().begin(pending);
        assertThat(merge.decided(TENANT)).isNull();
        assertThat(store.deletions().list(TENANT))
                .extracting(Deletion::state)
                .containsExactly(Deletion.State.ABANDONED);
        assertThat(merge.decided(TENANT)).isNotNull();
    }

    /** Whatever step is the last, readers see everything, and the next merge completes it. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void shouldLoseNothingWhereverItIsKilled(long seed) throws Exception {
        Random random = new Random(seed);
        long received = 100;
        for (int round = 0; round < 8; round++) {
            for (int i = 0; i < 1 + random.nextInt(6); i++) {
                chunk(received++, random.nextInt(3_000), 1 + random.nextInt(200), random.nextInt(5));
            }
            for (int steps = 0; steps < 16; steps++) {
                // given
                store.setAvailableFor(steps);
                // when
                try {
                    run(received - 1);
                } catch (RuntimeException killed) {
                    assertThat(steps).isLessThan(15);
                }
                store.setAvailable(true);
                // then
                assertThat(read()).isEqualTo(expected);
            }
            assertThat(store.allChunks()).isEmpty();
            assertThat(rows()).hasSize(1);
        }
    }

    @Test
    void shouldLeaveWhatTheSamplesComeToInWindows() throws Exception {
        // given
        chunk(100, 0, 2_000, 1);

        // when
        run(1_000);

        // then
        assertAggregatesOfWhatIsExpected();

        // when: some come late, and are merged
        chunk(2_000, 1_000, 10, 5);
        assertThat(readAggregates(300_000)).noneMatch(row -> row.encoding() == AggregateChunk.ENCODING);
        run(3_000);

        // then
        assertAggregatesOfWhatIsExpected();
    }

    @Test
    void shouldLeaveNoWindowsOfFewSamplesOrOfStartTimestamps() {
        // given
        DayAggregates aggregates = new DayAggregates();
        SampleColumns few = new SampleColumns();
        SampleColumns started = new SampleColumns();
        for (int i = 0; i < 24; i++) {
            few.add(START + i * 600_000L, i);
        }
        for (int i = 0; i < 5_760; i++) {
            started.add(START + i * 15_000L, i);
            started.setStartTimestamp(START);
        }

        // then
        assertThat(aggregates.of("up", SERIES, few, START, 7, false))
                .extracting(AggregateRow::windowMs)
                .containsExactly(3_600_000);
        assertThat(aggregates.of("up", SERIES, started, START, 7, false)).isEmpty();
        assertThat(aggregates.of("up", SERIES, started, START, 7, true))
                .hasSize(2)
                .allMatch(row -> row.chunk().data().length == 0);
    }

    private void assertAggregatesOfWhatIsExpected() {
        for (int lengthMs : WindowAggregates.LENGTHS_MS) {
            List<ChunkRow> rows = readAggregates(lengthMs);
            assertThat(rows).hasSize(1);
            assertThat(rows.get(0).encoding()).isEqualTo(AggregateChunk.ENCODING);
            WindowAggregates read = new WindowAggregates(lengthMs);
            AggregateChunk.decode(rows.get(0).data(), Long.MIN_VALUE, Long.MAX_VALUE, read);
            WindowAggregates wanted = new WindowAggregates(lengthMs);
            expected.forEach((timestamp, bits) -> {
                if (bits != StaleMarker.BITS) {
                    wanted.add(timestamp, Double.longBitsToDouble(bits));
                }
            });
            assertThat(read.size()).isEqualTo(wanted.size());
            for (int i = 0; i < wanted.size(); i++) {
                assertThat(read.end(i)).isEqualTo(wanted.end(i));
                assertThat(read.count(i)).isEqualTo(wanted.count(i));
                assertThat(read.sum(i)).isEqualTo(wanted.sum(i));
            }
        }
    }

    private List<ChunkRow> readAggregates(int lengthMs) {
        List<ChunkRow> rows = new ArrayList<>();
        store.chunks()
                .readAggregates(
                        List.of(new ChunkPartition(TENANT, DAY, "up", SHARD)),
                        List.of(SERIES),
                        START,
                        START + 86_400_000L,
                        lengthMs,
                        rows::add);
        return rows;
    }

    @Test
    void shouldNotLetAMergerThatWakesUpLatePutItsOlderRowsBack() throws Exception {
        // given: the first one has read everything and is paused before it writes
        chunk(100, 0, 80, 1);
        List<io.millrace.storage.BucketSeries> stale = new ArrayList<>();
        store.merges().read(bucket(), 1_000).forEachRemaining(stale::add);
        run(1_000);
        chunk(2_000, 30, 100, 2);
        run(3_000);

        // when
        SampleColumns samples = new SampleColumns();
        new ChunkMerge().merge(stale.get(0).chunks(), Long.MIN_VALUE, Long.MAX_VALUE, samples);
        store.merges().write(bucket(), 1_000, MergedRows.of("up", SERIES, samples, 0));
        store.merges().dropChunks(bucket(), 1_000);

        // then
        assertThat(read()).isEqualTo(expected);
    }

    @Test
    void shouldSayWhenARowIsNotWhatWasWritten() {
        chunk(100, 0, 80, 1);
        io.millrace.storage.MergeStore forgetful = new ForgetfulMergeStore(store.merges());
        BucketMerge broken = new BucketMerge(forgetful, new Pace(100, System::nanoTime, nanos -> {}));
        assertThatThrownBy(() -> broken.merge(bucket(), 1_000, id -> 0, Map.of()))
                .hasMessageContaining("is not what was written");
        assertThat(read()).isEqualTo(expected);
    }

    private io.millrace.storage.ChunkBucket bucket() {
        return new ChunkPartition(TENANT, DAY, "up", SHARD).bucket();
    }

    /** Stores a chunk whose samples are 15 s apart; {@code value} is added to the number of each. */
    private void chunk(long receivedMs, long first, int samples, double value) {
        XorChunk chunk = new XorChunk();
        for (long i = first; i < first + samples; i++) {
            long timestamp = START + i * 15_000L;
            double each = i % 50 == 49 ? StaleMarker.VALUE : i + value;
            chunk.append(timestamp, Double.doubleToRawLongBits(each));
            expected.put(timestamp, Double.doubleToRawLongBits(each));
        }
        ChunkRow row = new ChunkRow(
                SERIES,
                START + first * 15_000L,
                ChunkRow.position(offset++, 0),
                START + (first + samples - 1) * 15_000L,
                samples,
                chunk.rowEncoding(),
                chunk.rowData());
        store.chunks().write(bucket(), List.of(new MetricChunk("up", receivedMs, row)));
    }

    private BucketMerge.Outcome run(long receivedUntilMs) throws InterruptedException {
        Map<Integer, PartitionProgress> progress = new TreeMap<>();
        for (int i = 0; i < PARTITIONS; i++) {
            progress.put(i, new PartitionProgress(i, offset, receivedUntilMs, 0));
        }
        return merge.run(TENANT, DAY, SHARD, progress, inForce(), receivedUntilMs);
    }

    private Deletions inForce() {
        Deletions decided = merge.decided(TENANT);
        assertThat(decided).isNotNull();
        return decided == null ? Deletions.NONE : decided;
    }

    private MergeMark mark() {
        return store.merges().marks(TENANT, DAY).get(0);
    }

    private void delete(String id, String selector, long fromMs, long toMs) {
        store.deletions().begin(deletion(id, selector, fromMs, toMs, Deletion.State.PENDING, List.of()));
        long place = ChunkRow.position(offset++, 0);
        store.deletions().activate(TENANT, id, List.of(place, place, place, place));
    }

    private static Deletion deletion(
            String id, String selector, long fromMs, long toMs, Deletion.State state, List<Long> places) {
        return new Deletion(TENANT, id, state, List.of(selector), fromMs, toMs, 5, "key", places);
    }

    private List<ChunkRow> rows() {
        return store.merges().readMerged(bucket(), "up", SERIES);
    }

    /** As a query reads. */
    private Map<Long, Long> read() {
        List<ChunkRow> chunks = new ArrayList<>();
        store.chunks()
                .read(
                        new ChunkPartition(TENANT, DAY, "up", SHARD),
                        List.of(SERIES),
                        START,
                        START + 86_400_000L,
                        chunks::add);
        SampleColumns samples = new SampleColumns();
        new ChunkMerge().merge(chunks, inForce().of(LABELS, SERIES), Long.MIN_VALUE, Long.MAX_VALUE, samples);
        Map<Long, Long> read = new TreeMap<>();
        for (int i = 0; i < samples.size(); i++) {
            read.put(samples.timestamp(i), Double.doubleToRawLongBits(samples.value(i)));
        }
        return read;
    }
}
