package io.millrace.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.SeriesId;
import io.millrace.model.TenantId;
import io.millrace.storage.ChunkPartition;
import io.millrace.storage.ChunkRow;
import io.millrace.storage.ChunkStore;
import io.millrace.storage.MetricChunk;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link ChunkStore} does. Each test has a tenant of its own, so that a store can be shared. */
public abstract class ChunkStoreContract {
    private static final int DAY = 20_000;
    private static final long DAY_START = DAY * 86_400_000L;

    private TenantId tenant = new TenantId("unset");

    protected abstract ChunkStore store();

    @BeforeEach
    void newTenant() {
        tenant = new TenantId("t-" + UUID.randomUUID());
    }

    @Test
    void shouldGiveBackEveryFieldBitForBit() throws Exception {
        // given
        byte[] data = new byte[300];
        new Random(1).nextBytes(data);
        ChunkRow row = new ChunkRow(
                id(0x8000_0000_0000_0001L, 7), DAY_START + 1, 1L << 62, DAY_START + 99, 12345, (byte) 3, data);
        // when
        write("up", row);
        // then
        assertThat(read("up", List.of(row.series())))
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactly(row);
    }

    @Test
    void shouldKeepOneCopyOfAChunkThatIsWrittenTwice() throws Exception {
        ChunkRow row = row(id(1, 1), 5, 9, 10);
        write("up", row);
        write("up", row);
        assertThat(read("up", List.of(row.series()))).hasSize(1);
    }

    @Test
    void shouldKeepTheLongerVersionOfAChunkWhoeverWritesLast() throws Exception {
        // given
        SeriesId id = id(1, 1);
        writeReceived("up", 2_000, row(id, 5, 9, 80));
        // when
        writeReceived("up", 1_000, row(id, 5, 9, 40));
        writeReceived("up", 2_000, row(id, 5, 9, 79));
        // then
        assertThat(read("up", List.of(id))).singleElement().satisfies(found -> {
            assertThat(found.samples()).isEqualTo(80);
            assertThat(found.data()).hasSize(80);
        });
        // when
        writeReceived("up", 2_000, row(id, 5, 9, 81));
        // then
        assertThat(read("up", List.of(id)))
                .singleElement()
                .satisfies(found -> assertThat(found.samples()).isEqualTo(81));
    }

    @Test
    void shouldTellOverlappingChunksApartByOffset() throws Exception {
        SeriesId id = id(1, 1);
        write("up", row(id, 5, 9, 10), row(id, 5, 8, 10), row(id, 4, 10, 10));
        assertThat(read("up", List.of(id)))
                .extracting(row -> row.startMs() - DAY_START, ChunkRow::offset)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(4L, 10L),
                        org.assertj.core.groups.Tuple.tuple(5L, 8L),
                        org.assertj.core.groups.Tuple.tuple(5L, 9L));
    }

    @Test
    void shouldReadOnlyTheSeriesAskedForInOrderOfTheirIds() throws Exception {
        // given: ids whose order differs when taken as signed
        SeriesId low = id(1, 1);
        SeriesId middle = id(0x7fff_ffff_ffff_ffffL, 1);
        SeriesId high = id(0xffff_ffff_ffff_ffffL, 1);
        write("up", row(high, 1, 1, 1), row(low, 1, 1, 1), row(middle, 1, 1, 1));
        // when
        List<ChunkRow> all = read("up", List.of(high, middle, low));
        List<ChunkRow> one = read("up", List.of(middle, id(5, 1)));
        // then
        assertThat(all).extracting(ChunkRow::series).containsExactly(low, middle, high);
        assertThat(one).extracting(ChunkRow::series).containsExactly(middle);
    }

    @Test
    void shouldReadByStartTimeWithBothEndsIncluded() throws Exception {
        SeriesId id = id(1, 1);
        for (int i = 0; i < 10; i++) {
            write("up", row(id, i, i, 1));
        }
        List<ChunkRow> found = new ArrayList<>();
        store().read(partition("up", id), List.of(id), DAY_START + 3, DAY_START + 6, found::add);
        assertThat(found).extracting(row -> row.startMs() - DAY_START).containsExactly(3L, 4L, 5L, 6L);
    }

    @Test
    void shouldKeepMetricsOfABucketApart() throws Exception {
        // given: as many metrics as it takes for two to share a bucket
        SeriesId id = id(1, 1);
        for (int i = 0; i < 20; i++) {
            write("metric_" + i, row(id, i, i, 1));
        }
        // then
        for (int i = 0; i < 20; i++) {
            long start = DAY_START + i;
            assertThat(read("metric_" + i, List.of(id)))
                    .singleElement()
                    .satisfies(row -> assertThat(row.startMs()).isEqualTo(start));
        }
    }

    @Test
    void shouldTakeAndGiveMoreThanFitsInOneBatchOrPage() throws Exception {
        // given
        List<ChunkRow> rows = new ArrayList<>();
        List<SeriesId> ids = new ArrayList<>();
        for (int i = 0; i < 1_300; i++) {
            SeriesId id = id(i, 1);
            ids.add(id);
            rows.add(row(id, 1, i, 100));
        }
        // when
        write("up", rows.toArray(ChunkRow[]::new));
        // then
        List<ChunkRow> found = read("up", ids);
        assertThat(found).hasSameSizeAs(rows);
        for (int i = 0; i < rows.size(); i++) {
            assertThat(found.get(i).series()).isEqualTo(rows.get(i).series());
            assertThat(found.get(i).data()).isEqualTo(rows.get(i).data());
        }
    }

    @Test
    void shouldTakeLargeChunks() throws Exception {
        SeriesId id = id(1, 1);
        write("up", row(id, 1, 1, 400_000), row(id, 2, 2, 400_000));
        assertThat(read("up", List.of(id)))
                .hasSize(2)
                .allSatisfy(row -> assertThat(row.data()).hasSize(400_000));
    }

    @Test
    void shouldReadSeveralDaysAtOnce() throws Exception {
        // given
        SeriesId id = id(1, 1);
        List<ChunkPartition> days = new ArrayList<>();
        for (int day = DAY; day < DAY + 20; day++) {
            ChunkPartition partition = new ChunkPartition(tenant, day, "up", id.shard(ChunkPartition.SHARD_BITS));
            ChunkRow row = row(id, (day - DAY) * 86_400_000L, day, 5);
            store().write(partition.bucket(), List.of(new MetricChunk("up", 1_000, row)))
                    .toCompletableFuture()
                    .get(30, TimeUnit.SECONDS);
            days.add(partition);
        }
        // when
        List<ChunkRow> found = new ArrayList<>();
        store().read(days.subList(3, 18), List.of(id), Long.MIN_VALUE, DAY_START + 16 * 86_400_000L, found::add);
        // then
        assertThat(found)
                .extracting(row -> (row.startMs() - DAY_START) / 86_400_000L)
                .containsExactlyInAnyOrder(3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 11L, 12L, 13L, 14L, 15L, 16L);
    }

    @Test
    void shouldFindNothingWhereNothingWasWritten() {
        assertThat(read("absent", List.of(id(1, 1)))).isEmpty();
        assertThat(read("absent", List.of())).isEmpty();
    }

    private void write(String metric, ChunkRow... rows) throws Exception {
        writeReceived(metric, 1_000, rows);
    }

    private void writeReceived(String metric, long receivedMs, ChunkRow... rows) throws Exception {
        List<MetricChunk> chunks = new ArrayList<>();
        for (ChunkRow row : rows) {
            chunks.add(new MetricChunk(metric, receivedMs, row));
        }
        store().write(partition(metric, rows[0].series()).bucket(), chunks)
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
    }

    private List<ChunkRow> read(String metric, Collection<SeriesId> series) {
        List<ChunkRow> rows = new ArrayList<>();
        store().read(partition(metric, id(1, 1)), series, Long.MIN_VALUE, Long.MAX_VALUE, rows::add);
        return rows;
    }

    private ChunkPartition partition(String metric, SeriesId series) {
        return new ChunkPartition(tenant, DAY, metric, series.shard(ChunkPartition.SHARD_BITS));
    }

    /** All of one shard. */
    private static SeriesId id(long high, int low) {
        return new SeriesId(high, low);
    }

    private static ChunkRow row(SeriesId id, long start, long offset, int samples) {
        byte[] data = new byte[samples];
        new Random(start * 31 + offset).nextBytes(data);
        return new ChunkRow(id, DAY_START + start, offset, DAY_START + start + samples, samples, (byte) 1, data);
    }
}
