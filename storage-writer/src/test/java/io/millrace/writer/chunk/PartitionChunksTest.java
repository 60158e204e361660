package io.millrace.writer.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.NativeHistogram;
import io.millrace.model.SampleColumns;
import io.millrace.model.SeriesId;
import io.millrace.model.StaleMarker;
import io.millrace.model.TenantId;
import io.millrace.storage.ChunkPartition;
import io.millrace.storage.ChunkRow;
import io.millrace.storage.MetricChunk;
import io.millrace.wire.chunk.ChunkEncoding;
import io.millrace.wire.chunk.Chunks;
import io.millrace.wire.openchunks.OpenChunk;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartitionChunksTest {
    private static final TenantId TENANT = new TenantId("t");
    private static final SeriesId ID = new SeriesId(42, 43);
    private static final long DAY = ChunkRules.DAY_MS;
    private static final long NOON = 20_000 * DAY + DAY / 2;
    private static final long MINUTE = 60_000;

    private final OffsetLedger ledger = new OffsetLedger(0);
    private final PartitionChunks chunks = new PartitionChunks(new ChunkRules(100, 4_000, 20 * MINUTE), ledger);
    private final TenantChunks tenant = chunks.tenant(TENANT);
    private final List<ChunkWrite> written = new ArrayList<>();
    private long offset;

    private Appended append(long timestampMs, double value) {
        tenant.announce(ID, "up", NOON);
        int series = tenant.locate(ID.high(), ID.low());
        return tenant.append(
                series, timestampMs, 0, Double.doubleToRawLongBits(value), ChunkRow.position(offset++, 0), timestampMs);
    }

    private Appended append(long timestampMs, NativeHistogram histogram) {
        tenant.announce(ID, "up", NOON);
        int series = tenant.locate(ID.high(), ID.low());
        return tenant.append(series, timestampMs, 0, histogram, ChunkRow.position(offset++, 0), timestampMs);
    }

    private List<ChunkRow> flush() {
        written.clear();
        chunks.flushAll(written::add);
        List<ChunkRow> rows = new ArrayList<>();
        for (ChunkWrite write : written) {
            write.chunks().forEach(chunk -> rows.add(chunk.row()));
        }
        return rows;
    }

    @Test
    void shouldPutSamplesInOrderIntoOneChunk() {
        // when
        for (int i = 0; i < 50; i++) {
            assertThat(append(NOON + i * 15_000, i)).isEqualTo(Appended.IN_ORDER);
        }
        // then
        assertThat(flush()).singleElement().satisfies(row -> {
            assertThat(row.series()).isEqualTo(ID);
            assertThat(row.startMs()).isEqualTo(NOON);
            assertThat(row.endMs()).isEqualTo(NOON + 49 * 15_000);
            assertThat(row.samples()).isEqualTo(50);
            assertThat(row.offset()).isZero();
            assertThat(row.encoding()).isEqualTo(ChunkEncoding.XOR.number());
        });
        ChunkWrite write = written.get(0);
        assertThat(write.target())
                .isEqualTo(new ChunkPartition(TENANT, 20_000, "up", ID.shard(ChunkPartition.SHARD_BITS)).bucket());
        assertThat(write.chunks()).extracting(MetricChunk::metric).containsExactly("up");
        assertThat(write.chunks()).extracting(MetricChunk::receivedMs).containsExactly(NOON + 49 * 15_000);
    }

    @Test
    void shouldSealAFullChunk() {
        for (int i = 0; i < 250; i++) {
            append(NOON + i * 1_000, i);
        }
        assertThat(flush()).extracting(ChunkRow::samples).containsExactly(100, 100, 50);
    }

    @Test
    void shouldSealAtMidnightUtc() {
        long midnight = 20_001 * DAY;
        append(midnight - 2, 1);
        append(midnight - 1, 2);
        append(midnight, 3);
        flush();
        assertThat(written).extracting(write -> write.target().day()).containsExactly(20_000, 20_001);
        assertThat(written)
                .extracting(write -> write.chunks().get(0).row().samples())
                .containsExactly(2, 1);
    }

    @Test
    void shouldPutLateSamplesIntoASideChunk() {
        append(NOON, 1);
        append(NOON + 10, 2);
        assertThat(append(NOON + 5, 3)).isEqualTo(Appended.OUT_OF_ORDER);
        assertThat(append(NOON + 7, 4)).isEqualTo(Appended.OUT_OF_ORDER);
        assertThat(append(NOON + 6, 5)).isEqualTo(Appended.OUT_OF_ORDER);
        append(NOON + 20, 6);
        assertThat(flush()).extracting(ChunkRow::samples).containsExactlyInAnyOrder(3, 2, 1);
    }

    @Test
    void shouldDropASampleThatIsSentTwice() {
        append(NOON, 1);
        assertThat(append(NOON, 1)).isEqualTo(Appended.DUPLICATE);
        append(NOON + 1, StaleMarker.VALUE);
        assertThat(append(NOON + 1, StaleMarker.VALUE)).isEqualTo(Appended.DUPLICATE);
        assertThat(flush()).extracting(ChunkRow::samples).containsExactly(2);
    }

    @Test
    void shouldKeepTheValueWrittenLastWhenItIsTheFirstOneAgain() {
        // given: 1, then 2, then 1 again at the same time
        append(NOON, 1);
        append(NOON, 2);
        assertThat(append(NOON, 1)).isEqualTo(Appended.OUT_OF_ORDER);
        // then
        assertThat(merged(flush())).containsExactly(Map.entry(NOON, 1.0));
    }

    @Test
    void shouldChangeChunkWhenASeriesChangesItsKind() {
        append(NOON, 1);
        append(NOON + 1, histogram(3));
        append(NOON + 2, histogram(5));
        append(NOON + 3, 2);
        assertThat(flush())
                .extracting(ChunkRow::encoding)
                .containsExactly(
                        ChunkEncoding.XOR.number(), ChunkEncoding.HISTOGRAM.number(), ChunkEncoding.XOR.number());
    }

    @Test
    void shouldCutAHistogramChunkWhenTheCounterIsReset() {
        append(NOON, histogram(5));
        append(NOON + 1, histogram(6));
        append(NOON + 2, histogram(2));
        List<ChunkRow> rows = flush();
        assertThat(rows).extracting(ChunkRow::samples).containsExactly(2, 1);
        SampleColumns samples = new SampleColumns();
        Chunks.decode(rows.get(1).encoding(), rows.get(1).data(), Long.MIN_VALUE, Long.MAX_VALUE, samples);
        assertThat(samples.histogram(0)).isEqualTo(histogram(2));
    }

    @Test
    void shouldHoldOffsetsUntilTheStoreHasTheChunks() {
        // given
        append(NOON, 1);
        append(NOON + 1, 2);
        ledger.processed(offset);
        assertThat(ledger.committable()).isZero();
        // when
        flush();
        assertThat(ledger.committable()).isZero();
        written.forEach(ChunkWrite::durable);
        // then
        assertThat(ledger.committable()).isEqualTo(2);
    }

    @Test
    void shouldShowChunksUntilTheStoreHasThem() {
        append(NOON, 1);
        append(NOON + 10, 2);
        append(NOON + 5, 3);
        assertThat(visible(NOON, NOON + 10)).hasSize(2);
        assertThat(visible(NOON + 6, NOON + 10)).hasSize(1);
        assertThat(visible(NOON + 11, NOON + 20)).isEmpty();
        flush();
        assertThat(visible(NOON, NOON + 10)).hasSize(2);
        append(NOON + 20, 4);
        assertThat(visible(NOON, NOON + 20)).hasSize(3);
        written.forEach(ChunkWrite::durable);
        assertThat(visible(NOON, NOON + 20)).hasSize(1);
    }

    private List<OpenChunk> visible(long fromMs, long toMs) {
        List<OpenChunk> found = new ArrayList<>();
        tenant.copy(List.of(ID, new SeriesId(1, 1)), fromMs, toMs, found::add);
        List<OpenChunk> all = new ArrayList<>();
        for (int bucket = 0; bucket < 128; bucket++) {
            tenant.copyBucket(bucket, fromMs, toMs, all::add);
        }
        assertThat(all).usingRecursiveFieldByFieldElementComparator().containsExactlyInAnyOrderElementsOf(found);
        return found;
    }

    @Test
    void shouldFlushEveryBucketOnceInAnInterval() {
        // given
        int series = 2_000;
        for (int i = 0; i < series; i++) {
            tenant.announce(id(i), "metric_" + i % 50, NOON);
        }
        Map<SeriesId, Integer> flushes = new HashMap<>();
        // when: an hour of samples, one every 15 seconds
        chunks.advance(NOON, written::add);
        for (long t = 0; t < 60 * MINUTE; t += 15_000) {
            for (int i = 0; i < series; i++) {
                int open = tenant.locate(id(i).high(), id(i).low());
                tenant.append(open, NOON + t, 0, i, ChunkRow.position(offset, i), NOON + t);
            }
            ledger.processed(++offset);
            written.clear();
            chunks.advance(NOON + t, written::add);
            for (ChunkWrite write : written) {
                assertThat(write.chunks()).hasSizeLessThanOrEqualTo(100);
                for (MetricChunk chunk : write.chunks()) {
                    flushes.merge(chunk.row().series(), 1, Integer::sum);
                    assertThat(chunk.row().endMs() - chunk.row().startMs()).isLessThanOrEqualTo(20 * MINUTE);
                }
                write.durable();
            }
        }
        // then
        assertThat(flushes).hasSize(series);
        assertThat(flushes.values()).allMatch(count -> count == 3 || count == 2);
        assertThat(ledger.committable()).isGreaterThanOrEqualTo(offset - 80 - 1);
        // all but those of the buckets that were flushed after the last sample
        assertThat(chunks.totals().openSeries()).isBetween(series - 200L, (long) series);
    }

    @Test
    void shouldCountWhatIsOpen() {
        append(NOON, 1);
        append(NOON + 10, 2);
        append(NOON + 5, 3);
        assertThat(chunks.totals().openSeries()).isEqualTo(1);
        assertThat(chunks.totals().openChunks()).isEqualTo(2);
        assertThat(chunks.totals().openBytes()).isPositive();
        flush();
        assertThat(chunks.totals().openSeries()).isZero();
        assertThat(chunks.totals().openChunks()).isZero();
        assertThat(chunks.totals().openBytes()).isZero();
        assertThat(chunks.totals().waitingBytes()).isPositive();
        written.forEach(ChunkWrite::durable);
        assertThat(chunks.totals().waitingBytes()).isZero();
    }

    /**
     * The rule of the format: whatever the order of samples, wherever chunks are cut, and from wherever records are read
     * again after a crash, readers see of each timestamp the value written last.
     */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void shouldShowTheValueWrittenLastAfterAnyReplay(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 50; round++) {
            // given: records of samples close to each other, often the same time again, sometimes over midnight
            int records = 1 + random.nextInt(60);
            long base = 20_001 * DAY - random.nextInt(30);
            List<List<long[]>> log = new ArrayList<>();
            Map<Long, Double> expected = new TreeMap<>();
            for (int r = 0; r < records; r++) {
                List<long[]> record = new ArrayList<>();
                for (int s = random.nextInt(4); s >= 0; s--) {
                    long timestamp = base + r / 2 + random.nextInt(8) - random.nextInt(8);
                    long value = random.nextInt(3);
                    record.add(new long[] {timestamp, value});
                    expected.put(timestamp, (double) value);
                }
                log.add(record);
            }
            // when: several writers, each begins where the ledger of the one before stood, and dies
            Map<String, ChunkRow> store = new HashMap<>();
            long from = 0;
            for (int life = random.nextInt(4); life >= 0; life--) {
                from = live(log, from, life == 0, random, store);
            }
            // then
            assertThat(merged(new ArrayList<>(store.values()))).isEqualTo(expected);
        }
    }

    /** Takes records from an offset; returns what may be committed at the end. */
    private static long live(
            List<List<long[]>> log, long from, boolean toTheEnd, Random random, Map<String, ChunkRow> store) {
        OffsetLedger books = new OffsetLedger(from);
        PartitionChunks life = new PartitionChunks(new ChunkRules(1 + random.nextInt(10), 4_000, MINUTE), books);
        TenantChunks of = life.tenant(TENANT);
        of.announce(ID, "up", NOON);
        List<ChunkWrite> underWay = new ArrayList<>();
        int until = toTheEnd ? log.size() : (int) from + random.nextInt(log.size() - (int) from + 1);
        for (int r = (int) from; r < until; r++) {
            int item = 0;
            for (long[] sample : log.get(r)) {
                int series = of.locate(ID.high(), ID.low());
                of.append(
                        series,
                        sample[0],
                        random.nextInt(8) == 0 ? sample[0] - 1 : 0,
                        Double.doubleToRawLongBits(sample[1]),
                        ChunkRow.position(r, item++),
                        NOON);
            }
            books.processed(r + 1);
            if (random.nextInt(10) == 0) {
                life.flushAll(underWay::add);
            }
            // some writes become durable, in any order; some are stored and their acknowledgement is lost
            underWay.removeIf(write -> {
                if (random.nextInt(3) == 0) {
                    put(write, store);
                    write.durable();
                    return true;
                }
                if (random.nextInt(3) == 0) {
                    put(write, store);
                }
                return false;
            });
        }
        if (toTheEnd) {
            life.flushAll(underWay::add);
            underWay.forEach(write -> {
                put(write, store);
                write.durable();
            });
            assertThat(books.committable()).isEqualTo(log.size());
        }
        return books.committable();
    }

    private static void put(ChunkWrite write, Map<String, ChunkRow> store) {
        for (MetricChunk chunk : write.chunks()) {
            ChunkRow row = chunk.row();
            // as the store does: of versions of a chunk the longer one stays
            store.merge(
                    row.startMs() + "/" + row.offset(),
                    row,
                    (present, added) -> present.samples() > added.samples() ? present : added);
        }
    }

    /** As readers merge: where chunks disagree the one with the higher offset counts. */
    private static Map<Long, Double> merged(List<ChunkRow> rows) {
        rows.sort(java.util.Comparator.comparingLong(ChunkRow::offset));
        Map<Long, Double> samples = new TreeMap<>();
        for (ChunkRow row : rows) {
            SampleColumns columns = new SampleColumns();
            Chunks.decode(row.encoding(), row.data(), Long.MIN_VALUE, Long.MAX_VALUE, columns);
            assertThat(columns.size()).isEqualTo(row.samples());
            for (int i = 0; i < columns.size(); i++) {
                samples.put(columns.timestamp(i), columns.value(i));
            }
        }
        return samples;
    }

    private static SeriesId id(int i) {
        return new SeriesId(i * 0x9e3779b97f4a7c15L, i * 0xc2b2ae3d27d4eb4fL);
    }

    private static NativeHistogram histogram(int count) {
        return new NativeHistogram(
                true,
                NativeHistogram.ResetHint.UNKNOWN,
                3,
                0.001,
                1,
                count,
                12.5,
                new int[] {0, 2},
                new double[] {1, count - 2},
                new int[0],
                new double[0],
                new double[0]);
    }
}
