package io.millrace.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.SeriesId;
import io.millrace.model.TenantId;
import io.millrace.storage.AggregateRow;
import io.millrace.storage.BucketSeries;
import io.millrace.storage.ChunkBucket;
import io.millrace.storage.ChunkPartition;
import io.millrace.storage.ChunkRow;
import io.millrace.storage.ChunkStore;
import io.millrace.storage.MergeMark;
import io.millrace.storage.MergeStore;
import io.millrace.storage.MergedRow;
import io.millrace.storage.MetricChunk;
import io.millrace.wire.chunk.AggregateChunk;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link MergeStore} does, together with the {@link ChunkStore} on the same data. */
public abstract class MergeStoreContract {
    /** Not long ago, so that nothing has expired. */
    private static final int DAY = (int) LocalDate.now(ZoneOffset.UTC).toEpochDay() - 3;

    private static final long START = DAY * 86_400_000L;
    private static final SeriesId ONE = new SeriesId(1, 1);
    private static final SeriesId TWO = new SeriesId(0xf000_0000_0000_0000L, 2);

    private TenantId tenant = new TenantId("unset");

    protected abstract MergeStore merges();

    protected abstract ChunkStore chunks();

    @BeforeEach
    void newTenant() {
        tenant = new TenantId("t-" + UUID.randomUUID());
    }

    @Test
    void shouldGiveTheSeriesOfABucketInOrderWithWhatIsStoredOfThem() throws Exception {
        // given
        write(100, "up", chunk(TWO, 5, 3, 10), chunk(ONE, 5, 1, 10), chunk(ONE, 6, 2, 10));
        write(200, "up", chunk(ONE, 7, 4, 10));
        await(merges().write(bucket(), 50, List.of(merged("up", ONE, 1, 0, 99))));

        // when
        List<BucketSeries> series = new ArrayList<>();
        merges().read(bucket(), 150).forEachRemaining(series::add);

        // then
        assertThat(series).extracting(BucketSeries::series).containsExactly(ONE, TWO);
        assertThat(series).extracting(BucketSeries::metric).containsOnly("up");
        assertThat(series.get(0).chunks()).extracting(ChunkRow::startMs).containsExactly(START + 5, START + 6);
        assertThat(series.get(0).merged()).extracting(ChunkRow::samples).containsExactly(99);
        assertThat(series.get(1).merged()).isEmpty();
    }

    @Test
    void shouldGiveReadersChunksAndMergedRowsAlike() throws Exception {
        // given
        write(100, "up", chunk(ONE, 500, 1, 10));
        await(merges().write(bucket(), 50, List.of(merged("up", ONE, 1, 400, 99))));

        // then
        assertThat(read(0, 1_000)).extracting(ChunkRow::startMs).containsExactly(START + 1, START + 500);
        assertThat(read(300, 450)).extracting(ChunkRow::samples).containsExactly(99);
        assertThat(read(401, 499)).isEmpty();
    }

    @Test
    void shouldDropTheChunksThatWereReceivedByThenAndThoseThatComeAgain() throws Exception {
        // given
        write(100, "up", chunk(ONE, 5, 1, 10));
        write(101, "up", chunk(TWO, 6, 2, 10));
        assertThat(merges().hasChunks(bucket(), 99)).isFalse();
        assertThat(merges().hasChunks(bucket(), 100)).isTrue();

        // when
        await(merges().dropChunks(bucket(), 100));
        write(100, "up", chunk(ONE, 5, 1, 10));
        write(99, "up", chunk(ONE, 4, 1, 10));

        // then
        assertThat(merges().hasChunks(bucket(), 100)).isFalse();
        assertThat(read(0, 100)).extracting(ChunkRow::series).containsExactly(TWO);
        assertThat(merges().hasChunks(bucket(), 101)).isTrue();

        // when: the replay goes on further than before
        write(102, "up", chunk(ONE, 5, 1, 30));

        // then
        assertThat(read(0, 100)).extracting(ChunkRow::samples).containsExactly(30, 10);
    }

    @Test
    void shouldKeepTheRowOfTheLaterMergeWhoeverWritesLast() throws Exception {
        // given
        await(merges().write(bucket(), 200, List.of(merged("up", ONE, 1, 400, 20))));

        // when
        await(merges().write(bucket(), 100, List.of(merged("up", ONE, 1, 400, 10))));
        await(merges().dropMerged(bucket(), 150, List.of(merged("up", ONE, 1, 400, 10))));

        // then
        assertThat(merges().readMerged(bucket(), "up", ONE))
                .extracting(ChunkRow::samples)
                .containsExactly(20);

        // when
        await(merges().dropMerged(bucket(), 300, List.of(merged("up", ONE, 1, 400, 10))));

        // then
        assertThat(merges().readMerged(bucket(), "up", ONE)).isEmpty();
    }

    @Test
    void shouldGiveAggregatesOfALengthAloneWhereNoChunkIsBesideThem() throws Exception {
        // given
        await(merges().write(bucket(), 50, List.of(merged("up", ONE, 1, 400, 99), merged("up", TWO, 1, 400, 98))));
        await(merges().writeAggregates(
                        bucket(), 50, List.of(aggregates(ONE, 300_000, 3), aggregates(ONE, 3_600_000, 2))));

        // then: the other series has none
        assertThat(readAggregates(300_000)).extracting(row -> row.data().length).containsExactly(3, 98);
        assertThat(readAggregates(3_600_000))
                .extracting(row -> row.data().length)
                .containsExactly(2, 98);
        assertThat(readAggregates(60_000)).extracting(row -> row.data().length).containsExactly(99, 98);
        assertThat(read(0, 1_000)).extracting(ChunkRow::samples).containsExactly(99, 98);

        // when: a chunk comes late
        write(100, "up", chunk(ONE, 5, 8, 10));

        // then
        assertThat(readAggregates(300_000)).extracting(row -> row.data().length).containsExactly(99, 10, 98);
    }

    @Test
    void shouldKeepTheAggregatesOfTheLaterMerge() throws Exception {
        // given
        await(merges().write(bucket(), 200, List.of(merged("up", ONE, 1, 400, 99))));
        await(merges().writeAggregates(bucket(), 200, List.of(aggregates(ONE, 300_000, 3))));

        // when
        await(merges().writeAggregates(bucket(), 100, List.of(aggregates(ONE, 300_000, 4))));

        // then
        assertThat(readAggregates(300_000)).extracting(row -> row.data().length).containsExactly(3);

        // when: a later merge finds that there can be none
        await(merges().writeAggregates(bucket(), 300, List.of(AggregateRow.none("up", 300_000, ONE, START, 9))));

        // then
        assertThat(readAggregates(300_000)).extracting(row -> row.data().length).containsExactly(99);
    }

    private static AggregateRow aggregates(SeriesId series, int windowMs, int bytes) {
        return new AggregateRow(
                "up",
                windowMs,
                new ChunkRow(series, START + 1, 7, START + 400, 99, AggregateChunk.ENCODING, new byte[bytes]));
    }

    private List<ChunkRow> readAggregates(int windowMs) {
        List<ChunkRow> rows = new ArrayList<>();
        chunks().readAggregates(
                        List.of(new ChunkPartition(tenant, DAY, "up", 0)),
                        List.of(ONE, TWO),
                        START,
                        START + 1_000,
                        windowMs,
                        rows::add);
        return rows;
    }

    @Test
    void shouldRememberMarks() throws Exception {
        MergeMark first = new MergeMark(3, 100, 1_000, 1, 2, 3, Set.of());
        MergeMark again = new MergeMark(3, 200, 2_000, 4, 5, 6, Set.of("a", "b"));
        MergeMark other = new MergeMark(15, 200, 2_000, 0, 0, 0, Set.of());
        await(merges().mark(tenant, DAY, first));
        await(merges().mark(tenant, DAY, other));
        await(merges().mark(tenant, DAY, again));
        assertThat(merges().marks(tenant, DAY)).containsExactly(again, other);
        assertThat(merges().marks(tenant, DAY + 1)).isEmpty();
    }

    private ChunkBucket bucket() {
        return new ChunkPartition(tenant, DAY, "up", 0).bucket();
    }

    private static ChunkRow chunk(SeriesId series, long start, long offset, int samples) {
        return new ChunkRow(series, START + start, offset, START + start, samples, (byte) 1, new byte[samples]);
    }

    private static MergedRow merged(String metric, SeriesId series, long start, long end, int samples) {
        return new MergedRow(
                metric, new ChunkRow(series, START + start, 7, START + end, samples, (byte) 16, new byte[samples]));
    }

    private void write(long receivedMs, String metric, ChunkRow... rows) throws Exception {
        List<MetricChunk> all = new ArrayList<>();
        for (ChunkRow row : rows) {
            all.add(new MetricChunk(metric, receivedMs, row));
        }
        await(chunks().write(bucket(), all));
    }

    private List<ChunkRow> read(long from, long to) {
        List<ChunkRow> rows = new ArrayList<>();
        chunks().read(new ChunkPartition(tenant, DAY, "up", 0), List.of(ONE, TWO), START + from, START + to, rows::add);
        return rows;
    }

    private static void await(CompletionStage<Void> stage) throws Exception {
        stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
}
