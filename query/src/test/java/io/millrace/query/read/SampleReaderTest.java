package io.millrace.query.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.Labels;
import io.millrace.model.SampleColumns;
import io.millrace.model.SeriesId;
import io.millrace.model.TenantId;
import io.millrace.model.WindowAggregates;
import io.millrace.promql.engine.MemoryPool;
import io.millrace.promql.engine.QueryException;
import io.millrace.promql.storage.Matcher;
import io.millrace.promql.storage.Selection;
import io.millrace.promql.storage.SeriesPart;
import io.millrace.promql.storage.SeriesSet;
import io.millrace.query.index.IndexLimits;
import io.millrace.query.index.SeriesIndex;
import io.millrace.query.index.TestIndex;
import io.millrace.query.read.WriterClient.WriterException;
import io.millrace.storage.AggregateRow;
import io.millrace.storage.ChunkRow;
import io.millrace.storage.Deletion;
import io.millrace.storage.Deletions;
import io.millrace.storage.MergedRow;
import io.millrace.storage.MetricChunk;
import io.millrace.testkit.store.InMemoryStore;
import io.millrace.wire.Partitions;
import io.millrace.wire.chunk.AggregateChunk;
import io.millrace.wire.chunk.ChunkEncoding;
import io.millrace.wire.chunk.DenseChunk;
import io.millrace.wire.chunk.XorChunk;
import io.millrace.wire.labels.CanonicalLabels;
import io.millrace.wire.openchunks.OpenChunk;
import io.millrace.wire.openchunks.OpenChunkRequest;
import io.millrace.wire.openchunks.OpenPartition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.MemberAssignment;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SampleReaderTest {
    private static final TenantId TENANT = new TenantId("shop");
    private static final long NOW = 20_000L * 86_400_000 + 7_200_000;
    private static final int PARTITIONS = 4;

    private final InMemoryStore store = new InMemoryStore();
    private final SeriesIndex index = new SeriesIndex(
            store.series(),
            new IndexLimits(1_000_000, 1_000_000, 100, 2, Duration.ofHours(1), Duration.ofSeconds(1)),
            () -> NOW);
    private final ExecutorService pool = Executors.newFixedThreadPool(4);
    private final Map<String, FakeMember> members = new TreeMap<>();
    private final List<OpenChunkRequest> questions = new ArrayList<>();
    private final AtomicBoolean cancelled = new AtomicBoolean();
    private final MemoryPool memory = new MemoryPool(64 << 20);
    private long maxBytes = 1 << 20;
    private int seriesPerWave = 64;

    /** A writer: what it owns and holds, and how it behaves. */
    private static final class FakeMember {
        final Set<Integer> owns = new HashSet<>();
        final List<OpenChunk> chunks = new ArrayList<>();
        OpenPartition.State state = OpenPartition.State.READY;
        long receivedUntilMs = NOW;
        long recordsBehind;
        Runnable whenAsked = () -> {};
        boolean deaf;
    }

    SampleReaderTest() {
        TestIndex.cover(index, 19_990);
    }

    @AfterEach
    void stop() {
        pool.shutdownNow();
    }

    private SampleReader reader() {
        PartitionOwners owners = new PartitionOwners(
                () -> {
                    List<MemberDescription> described = new ArrayList<>();
                    members.forEach((address, member) -> {
                        Set<TopicPartition> assigned = new HashSet<>();
                        member.owns.forEach(p -> assigned.add(new TopicPartition("samples", p)));
                        described.add(new MemberDescription(
                                "id", "millrace-writer@" + address, "/127.0.0.1", new MemberAssignment(assigned)));
                    });
                    return described;
                },
                "samples",
                PARTITIONS,
                Duration.ofHours(1),
                System::nanoTime);
        WriterClient client = (address, question) -> {
            synchronized (questions) {
                questions.add(question);
            }
            FakeMember member = members.get(address);
            if (member == null || member.deaf) {
                throw new WriterException("writer " + address + " does not answer");
            }
            member.whenAsked.run();
            List<OpenPartition> states = new ArrayList<>();
            member.owns.forEach(
                    p -> states.add(new OpenPartition(p, member.state, member.receivedUntilMs, member.recordsBehind)));
            return new WriterClient.Answer(
                    member.chunks.stream()
                            .filter(c -> question.series() == null
                                    || question.series().contains(c.series()))
                            .toList(),
                    states);
        };
        OpenChunkReader open = new OpenChunkReader(owners, client, pool, Duration.ofSeconds(10), () -> NOW);
        ReadLimits limits = new ReadLimits(Duration.ofDays(1), seriesPerWave, 64, 32, 2, maxBytes);
        return new SampleReader(
                index, store.chunks(), tenant -> Deletions.of(store.deletions().list(tenant)), open, pool, limits);
    }

    private QueryScope scope() {
        return new QueryScope(
                TENANT, 0, NOW, System.nanoTime() + 10_000_000_000L, memory.share(), cancelled::get, System::nanoTime);
    }

    private static Selection all(long fromMs, long toMs) {
        return new Selection(
                List.of(Matcher.of(Matcher.Type.RE, "__name__", ".+")), fromMs, toMs, Selection.Hints.NONE);
    }

    private FakeMember member(String address, Integer... partitions) {
        FakeMember member = members.computeIfAbsent(address, a -> new FakeMember());
        member.owns.addAll(List.of(partitions));
        return member;
    }

    private static int partition(Labels labels) {
        SeriesId id = CanonicalLabels.id(labels);
        return Partitions.partition(id.high(), id.low(), PARTITIONS);
    }

    private Labels announce(String metric, int number) {
        Labels labels = Labels.of("__name__", metric, "i", "" + number);
        for (int day = 19_998; day <= 20_000; day++) {
            index.announce(TENANT, day, CanonicalLabels.id(labels), CanonicalLabels.encode(labels));
        }
        return labels;
    }

    private static XorChunk chunk(long fromMs, long stepMs, int count, double value) {
        XorChunk chunk = new XorChunk();
        for (int i = 0; i < count; i++) {
            chunk.append(fromMs + i * stepMs, Double.doubleToRawLongBits(value + i));
        }
        return chunk;
    }

    private void store(Labels labels, long offset, XorChunk chunk) {
        SeriesId id = CanonicalLabels.id(labels);
        ChunkRow row = new ChunkRow(
                id,
                chunk.firstTimestampMs(),
                offset,
                chunk.lastTimestampMs(),
                chunk.samples(),
                ChunkEncoding.XOR.number(),
                chunk.bytes());
        var partition = MetricShard.of(labels, id).on(TENANT, SeriesIndex.day(row.startMs()));
        store.chunks()
                .write(partition.bucket(), List.of(new MetricChunk(labels.metricName(), NOW, row)))
                .toCompletableFuture()
                .join();
    }

    private static OpenChunk open(Labels labels, long offset, XorChunk chunk) {
        return new OpenChunk(
                CanonicalLabels.id(labels),
                chunk.firstTimestampMs(),
                offset,
                chunk.lastTimestampMs(),
                chunk.samples(),
                ChunkEncoding.XOR.number(),
                chunk.bytes());
    }

    private static Map<Labels, Integer> counts(SeriesSet set) {
        Map<Labels, Integer> counts = new HashMap<>();
        try (set) {
            while (set.next()) {
                assertThat(set.samples().isSorted()).isTrue();
                assertThat(counts.put(set.labels(), set.samples().size())).isNull();
            }
        }
        return counts;
    }

    @Test
    void shouldReadAllDaysAndBothPlacesInBatches() {
        // given: 100 series of two metrics with a chunk on each of three days and an open one
        member("w1:1", 0, 1);
        member("w2:1", 2, 3);
        long first = NOW - 2 * 86_400_000L;
        for (int i = 0; i < 100; i++) {
            Labels labels = announce(i % 2 == 0 ? "a" : "b", i);
            for (int day = 0; day < 3; day++) {
                store(labels, day, chunk(first + day * 86_400_000L - 3_600_000, 15_000, 100, i));
            }
            FakeMember owner = members.get(partition(labels) < 2 ? "w1:1" : "w2:1");
            owner.chunks.add(open(labels, 9, chunk(NOW - 600_000, 15_000, 10, i)));
        }
        QueryScope scope = scope();

        // when
        Map<Labels, Integer> counts = counts(reader().queryable(scope).select(all(first - 7_200_000, NOW)));

        // then
        assertThat(counts)
                .hasSize(100)
                .allSatisfy((labels, count) -> assertThat(count).isEqualTo(310));
        assertThat(scope.warnings()).isEmpty();
        assertThat(scope.samplesRead()).isEqualTo(31_000);
        assertThat(questions).hasSizeGreaterThan(2); // in waves
        assertThat(questions).allSatisfy(q -> assertThat(q.series()).hasSizeLessThanOrEqualTo(seriesPerWave));
    }

    @Test
    void shouldGiveInPartsWhatItGivesOneByOne() {
        // given: 100 series with a chunk on each of three days and an open one
        FakeMember owner = member("w1:1", 0, 1, 2, 3);
        long first = NOW - 2 * 86_400_000L;
        for (int i = 0; i < 100; i++) {
            Labels labels = announce(i % 2 == 0 ? "a" : "b", i);
            for (int day = 0; day < 3; day++) {
                store(labels, day, chunk(first + day * 86_400_000L - 3_600_000, 15_000, 100, i));
            }
            owner.chunks.add(open(labels, 9, chunk(NOW - 600_000, 15_000, 10, i)));
        }
        SampleReader reader = reader();
        List<Labels> inOrder = new ArrayList<>();
        QueryScope before = scope();
        try (SeriesSet set = reader.queryable(before).select(all(first - 7_200_000, NOW))) {
            while (set.next()) {
                inOrder.add(set.labels());
            }
        }
        before.memory().close();

        // when: some one by one, the others in parts, which are read last to first and some of them twice
        Map<Labels, Integer> counts = new HashMap<>();
        List<Labels> parted = new ArrayList<>();
        QueryScope scope = scope();
        try (SeriesSet set = reader.queryable(scope).select(all(first - 7_200_000, NOW))) {
            for (int i = 0; i < 10; i++) {
                assertThat(set.next()).isTrue();
                parted.add(set.labels());
                counts.put(set.labels(), set.samples().size());
            }
            List<SeriesPart> parts = new ArrayList<>();
            for (SeriesPart part = set.divide(7); part != null; part = set.divide(7)) {
                parts.add(part);
                try (SeriesSet series = part.open()) {
                    while (series.next()) {
                        parted.add(series.labels());
                    }
                }
            }
            Collections.reverse(parts);
            for (SeriesPart part : parts) {
                counts.putAll(counts(part.open()));
                part.close();
            }
        }

        // then
        assertThat(parted).isEqualTo(inOrder);
        assertThat(counts)
                .hasSize(100)
                .allSatisfy((labels, count) -> assertThat(count).isEqualTo(310));
        // all memory given back, and nothing twice
        assertThat(scope.memory().take(memory.bytes() + 1)).isFalse();
        assertThat(scope.memory().take(memory.bytes())).isTrue();
    }

    @Test
    void shouldRefuseChunksThatAllQueriesTogetherHaveNoMemoryFor() {
        // given
        member("w1:1", 0, 1, 2, 3);
        store(announce("a", 1), 1, chunk(NOW - 3_600_000, 15_000, 100, 1));
        assertThat(memory.share().take(memory.bytes())).isTrue();

        // when, then
        assertThatThrownBy(() -> counts(reader().queryable(scope()).select(all(NOW - 7_200_000, NOW))))
                .isInstanceOf(QueryException.class)
                .hasMessageContaining("in expanding series: all queries together hold the 64 MiB");
    }

    @Test
    void shouldGiveSeriesSortedByLabelsWhenAsked() {
        // given
        member("w1:1", 0, 1, 2, 3);
        for (int i = 0; i < 100; i++) {
            store(announce("m" + i % 7, i), 1, chunk(NOW - 60_000, 1000, 3, i));
        }
        List<Labels> order = new ArrayList<>();

        // when
        try (ChunkCursor cursor = reader().sorted(scope(), all(NOW - 3_600_000, NOW))) {
            while (cursor.next()) {
                order.add(cursor.labels());
                assertThat(cursor.chunks()).hasSize(1);
            }
        }

        // then
        assertThat(order).hasSize(100).isSorted();
    }

    @Test
    void shouldLeaveOutWhatIsDeletedInMemoryAndInTheStoreAndKeepWhatCameAfterwards() {
        // given: a chunk in the store and one in memory before the deletion, and one sent again after it
        Labels labels = announce("m", 1);
        Labels other = announce("m", 2);
        FakeMember writer = member("w1:1", 0, 1, 2, 3);
        store(labels, 1, chunk(NOW - 60_000, 1000, 30, 1));
        store(other, 1, chunk(NOW - 60_000, 1000, 30, 1));
        writer.chunks.add(open(labels, 2, chunk(NOW - 30_000, 1000, 20, 1)));
        writer.chunks.add(open(labels, 8, chunk(NOW - 55_000, 1000, 3, 7)));

        // when
        store.deletions()
                .begin(new Deletion(
                        TENANT,
                        "d",
                        Deletion.State.PENDING,
                        List.of("m{i=\"1\"}"),
                        NOW - 60_000,
                        NOW - 21_000,
                        NOW,
                        "ops",
                        List.of()));
        assertThat(counts(reader().queryable(scope()).select(all(NOW - 3_600_000, NOW))))
                .isEqualTo(Map.of(labels, 50, other, 30));
        store.deletions().activate(TENANT, "d", List.of(5L, 5L, 5L, 5L));

        // then
        assertThat(counts(reader().queryable(scope()).select(all(NOW - 3_600_000, NOW))))
                .isEqualTo(Map.of(labels, 10 + 3, other, 30));
        try (ChunkCursor cursor = reader().sorted(scope(), all(NOW - 3_600_000, NOW))) {
            while (cursor.next()) {
                assertThat(cursor.isAsStored()).isEqualTo(cursor.labels().equals(other));
            }
        }
    }

    @Test
    void shouldAskWritersBeforeTheStore() {
        // given: while the writer answers, the chunk goes from its memory into the store
        Labels labels = announce("m", 1);
        FakeMember writer = member("w1:1", 0, 1, 2, 3);
        XorChunk chunk = chunk(NOW - 60_000, 1000, 30, 1);
        writer.chunks.add(open(labels, 1, chunk));
        writer.whenAsked = () -> store(labels, 1, chunk);

        // then: found, and found once
        assertThat(counts(reader().queryable(scope()).select(all(NOW - 3_600_000, NOW))))
                .isEqualTo(Map.of(labels, 30));
    }

    @Test
    void shouldAskTheNewOwnerWhenAPartitionHasMoved() {
        // given
        Labels labels = announce("m", 1);
        FakeMember old = member("w1:1", 0, 1, 2, 3);
        XorChunk chunk = chunk(NOW - 60_000, 1000, 30, 1);
        SampleReader reader = reader();
        counts(reader.queryable(scope()).select(all(NOW - 3_600_000, NOW))); // owners are known now
        old.owns.clear();
        member("w2:1", 0, 1, 2, 3).chunks.add(open(labels, 1, chunk));
        QueryScope scope = scope();

        // when
        Map<Labels, Integer> counts = counts(reader.queryable(scope).select(all(NOW - 3_600_000, NOW)));

        // then
        assertThat(counts).isEqualTo(Map.of(labels, 30));
        assertThat(scope.warnings()).isEmpty();
    }

    @Test
    void shouldWarnAndAnswerWhenAWriterIsAway() {
        // given
        for (int i = 0; i < 20; i++) {
            store(announce("m", i), 1, chunk(NOW - 60_000, 1000, 3, i));
        }
        member("w1:1", 0, 1).deaf = true;
        member("w2:1", 2);
        QueryScope scope = scope();

        // when
        Map<Labels, Integer> counts = counts(reader().queryable(scope).select(all(NOW - 3_600_000, NOW)));

        // then
        assertThat(counts).hasSize(20);
        assertThat(scope.warnings())
                .containsExactly("newest samples of 3 of 4 partitions may be missing: no writer owns it (partition 3); "
                        + "writer w1:1 does not answer (partitions 0, 1)");
    }

    @Test
    void shouldSayThatAWriterCatchesUp() {
        // given
        Labels labels = announce("m", 1);
        store(labels, 1, chunk(NOW - 60_000, 1000, 3, 1));
        member("w1:1", 0, 1, 2, 3).state = OpenPartition.State.CATCHING_UP;
        QueryScope scope = scope();

        // when
        counts(reader().queryable(scope).select(all(NOW - 3_600_000, NOW)));

        // then
        assertThat(scope.warnings().get(0)).contains("1 of 1").contains("catching up");
    }

    @Test
    void shouldSayThatAWriterDoesNotKnowHowFarItIsBehind() {
        // given
        announce("m", 1);
        FakeMember writer = member("w1:1", 0, 1, 2, 3);
        writer.recordsBehind = -1;
        writer.receivedUntilMs = NOW - 9_000;

        // then: it may just have nothing to do
        assertThat(warnings()).isEmpty();

        // but not for long
        writer.receivedUntilMs = NOW - 11_000;
        assertThat(warnings().get(0)).contains("does not know how far it is behind");
        writer.recordsBehind = 7;
        assertThat(warnings().get(0)).contains("is 11 s behind");
        writer.recordsBehind = 0;
        assertThat(warnings()).isEmpty();
    }

    private List<String> warnings() {
        QueryScope scope = scope();
        counts(reader().queryable(scope).select(all(NOW - 3_600_000, NOW)));
        return scope.warnings();
    }

    @Test
    void shouldFailWhenTheStoreIsAway() {
        // given
        announce("m", 1);
        member("w1:1", 0, 1, 2, 3);
        store.setAvailable(false);

        // then
        assertThatThrownBy(() -> counts(reader().queryable(scope()).select(all(NOW - 3_600_000, NOW))))
                .isInstanceOfSatisfying(
                        QueryException.class, e -> assertThat(e.kind()).isEqualTo(QueryException.Kind.INTERNAL))
                .hasMessageContaining("the store does not answer");
    }

    @Test
    void shouldEndWhenNobodyWaitsAnyMore() {
        // given
        member("w1:1", 0, 1, 2, 3);
        for (int i = 0; i < 100; i++) {
            store(announce("m", i), 1, chunk(NOW - 60_000, 1000, 3, i));
        }
        SeriesSet set = reader().queryable(scope()).select(all(NOW - 3_600_000, NOW));
        set.next();

        // when
        cancelled.set(true);

        // then
        assertThatThrownBy(() -> {
                    while (set.next()) {
                        // until it notices
                    }
                })
                .isInstanceOfSatisfying(
                        QueryException.class, e -> assertThat(e.kind()).isEqualTo(QueryException.Kind.CANCELED));
    }

    @Test
    void shouldRefuseToHoldTooManyChunks() {
        // given
        maxBytes = 2_000;
        member("w1:1", 0, 1, 2, 3);
        for (int i = 0; i < 30; i++) {
            store(announce("m", i), 1, chunk(NOW - 3_000_000, 1000, 200, i * 1.1));
        }

        // then
        assertThatThrownBy(() -> counts(reader().queryable(scope()).select(all(NOW - 3_600_000, NOW))))
                .isInstanceOf(QueryException.class)
                .hasMessageContaining("query.read.max-memory");
    }

    @Test
    void shouldLookNoFurtherBackThanRetention() {
        // given
        Labels labels = announce("m", 1);
        store(labels, 1, chunk(NOW - 7_200_000, 60_000, 100, 1));
        member("w1:1", 0, 1, 2, 3);
        QueryScope scope = new QueryScope(
                TENANT,
                NOW - 3_600_000,
                NOW,
                System.nanoTime() + 10_000_000_000L,
                memory.share(),
                () -> false,
                System::nanoTime);

        // then
        assertThat(counts(reader().queryable(scope).select(all(0, NOW)))).isEqualTo(Map.of(labels, 40));
    }

    @Test
    void shouldGiveWindowsWhereAClosedDayHasThemAndSamplesWhereTheyDoNotSayAll() {
        // given: two merged days and a bit of today, of series of which nothing, a late chunk, an open chunk, a
        // deletion
        FakeMember writer = member("w1:1", 0, 1, 2, 3);
        Labels plain = announce("m", 1);
        Labels late = announce("m", 2);
        Labels open = announce("m", 3);
        Labels deleted = announce("m", 4);
        long today = 20_000L * 86_400_000;
        for (Labels labels : List.of(plain, late, open, deleted)) {
            merged(labels, today - 2 * 86_400_000);
            merged(labels, today - 86_400_000);
            store(labels, 50, chunk(today, 15_000, 400, 1));
        }
        store(late, 60, chunk(today - 5_000_000, 1_000, 3, 7));
        writer.chunks.add(open(open, 60, chunk(today - 5_000_000, 1_000, 3, 7)));
        store.deletions()
                .begin(new Deletion(
                        TENANT,
                        "d",
                        Deletion.State.PENDING,
                        List.of("m{i=\"4\"}"),
                        today - 3_600_000,
                        today - 60_000,
                        NOW,
                        "ops",
                        List.of()));
        store.deletions().activate(TENANT, "d", List.of(90L, 90L, 90L, 90L));

        // when
        Selection selection = new Selection(
                List.of(Matcher.of(Matcher.Type.EQ, "__name__", "m")),
                today - 86_400_000 - 7_200_000 + 1,
                today + 3_600_000,
                new Selection.Hints("rate", 3_600_000, 3_600_000, List.of(), false, 3_600_000));
        Map<Labels, String> read = new HashMap<>();
        Map<Labels, WindowAggregates> expected = new HashMap<>();
        try (SeriesSet set = reader().queryable(scope()).select(selection)) {
            while (set.next()) {
                WindowAggregates windows = set.windows();
                read.put(set.labels(), windows == null ? "samples" : describe(windows));
            }
        }
        Selection samples =
                new Selection(selection.matchers(), selection.startMs(), selection.endMs(), Selection.Hints.NONE);
        try (SeriesSet set = reader().queryable(scope()).select(samples)) {
            while (set.next()) {
                WindowAggregates windows = new WindowAggregates(3_600_000);
                windows.add(set.samples(), 0, set.samples().size());
                expected.put(set.labels(), windows);
            }
        }

        // then
        assertThat(read)
                .isEqualTo(Map.of(
                        plain,
                        describe(java.util.Objects.requireNonNull(expected.get(plain))),
                        late,
                        describe(java.util.Objects.requireNonNull(expected.get(late))),
                        open,
                        "samples",
                        deleted,
                        "samples"));
        assertThat(read.get(plain)).hasLineCount(27);
    }

    @Test
    void shouldReadSamplesAndCountItWhenAggregatesCannotBeRead() {
        // given: three merged days; the aggregates of one are damaged, those of another are of a later version
        member("w1:1", 0, 1, 2, 3);
        Labels whole = announce("m", 1);
        Labels damaged = announce("m", 2);
        Labels later = announce("m", 3);
        long today = 20_000L * 86_400_000;
        for (Labels labels : List.of(whole, damaged, later)) {
            merged(labels, today - 2 * 86_400_000);
            merged(labels, today - 86_400_000);
        }
        byte[] cut = aggregates(today - 86_400_000);
        aggregated(damaged, today - 86_400_000, Arrays.copyOf(cut, cut.length / 2));
        byte[] ofLater = aggregates(today - 2 * 86_400_000);
        ofLater[0]++;
        aggregated(later, today - 2 * 86_400_000, ofLater);

        // when
        QueryScope scope = scope();
        Map<Labels, Integer> windows = new HashMap<>();
        Map<Labels, Integer> samples = new HashMap<>();
        try (SeriesSet set = reader().queryable(scope)
                .select(new Selection(
                        List.of(Matcher.of(Matcher.Type.EQ, "__name__", "m")),
                        today - 2 * 86_400_000 + 3_600_001,
                        today,
                        new Selection.Hints("rate", 3_600_000, 3_600_000, List.of(), false, 3_600_000)))) {
            while (set.next()) {
                WindowAggregates of = set.windows();
                if (of == null) {
                    samples.put(set.labels(), set.samples().size());
                } else {
                    windows.put(set.labels(), of.size());
                }
            }
        }

        // then
        assertThat(windows).isEqualTo(Map.of(whole, 47));
        assertThat(samples).isEqualTo(Map.of(damaged, 11_279, later, 11_279));
        assertThat(scope.aggregatedDays()).isEqualTo(2);
        assertThat(scope.windowsRead()).isEqualTo(47);
        assertThat(scope.unreadableAggregates()).isEqualTo(2);
        assertThat(scope.samplesRead()).isEqualTo(2 * 11_279);
    }

    private static String describe(WindowAggregates windows) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < windows.size(); i++) {
            text.append(windows.end(i))
                    .append(' ')
                    .append(windows.count(i))
                    .append(' ')
                    .append(windows.sum(i))
                    .append(' ')
                    .append(windows.lastTime(i))
                    .append('\n');
        }
        return text.toString();
    }

    /** A day at 15 s as a merge leaves it. */
    private void merged(Labels labels, long dayStartMs) {
        SeriesId id = CanonicalLabels.id(labels);
        SampleColumns samples = daySamples(dayStartMs);
        var partition = MetricShard.of(labels, id).on(TENANT, SeriesIndex.day(dayStartMs));
        DenseChunk.Row dense = DenseChunk.encodeRow(samples, 0, samples.size());
        store.merges()
                .write(
                        partition.bucket(),
                        NOW - 1,
                        List.of(new MergedRow("m", row(id, samples, dense.encoding(), dense.data()))))
                .toCompletableFuture()
                .join();
        aggregated(labels, dayStartMs, aggregates(dayStartMs));
    }

    private static SampleColumns daySamples(long dayStartMs) {
        SampleColumns samples = new SampleColumns();
        for (int i = 0; i < 5_760; i++) {
            samples.add(dayStartMs + i * 15_000L, i % 100);
        }
        return samples;
    }

    private static byte[] aggregates(long dayStartMs) {
        SampleColumns samples = daySamples(dayStartMs);
        WindowAggregates windows = new WindowAggregates(3_600_000);
        windows.add(samples, 0, samples.size());
        return AggregateChunk.encode(windows);
    }

    /** Puts aggregates beside the merged row of a day. */
    private void aggregated(Labels labels, long dayStartMs, byte[] data) {
        SeriesId id = CanonicalLabels.id(labels);
        var partition = MetricShard.of(labels, id).on(TENANT, SeriesIndex.day(dayStartMs));
        ChunkRow row = row(id, daySamples(dayStartMs), AggregateChunk.ENCODING, data);
        store.merges()
                .writeAggregates(partition.bucket(), NOW - 1, List.of(new AggregateRow("m", 3_600_000, row)))
                .toCompletableFuture()
                .join();
    }

    private static ChunkRow row(SeriesId id, SampleColumns samples, byte encoding, byte[] data) {
        return new ChunkRow(
                id, samples.timestamp(0), 40, samples.timestamp(samples.size() - 1), samples.size(), encoding, data);
    }
}
