package io.millrace.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.SampleColumns;
import io.millrace.model.SeriesId;
import io.millrace.model.TenantId;
import io.millrace.model.WindowAggregates;
import io.millrace.storage.AggregateRow;
import io.millrace.storage.ChunkBucket;
import io.millrace.storage.ChunkPartition;
import io.millrace.storage.ChunkRow;
import io.millrace.storage.MergedRow;
import io.millrace.storage.MetricChunk;
import io.millrace.storage.SeriesRow;
import io.millrace.storage.verify.Finding;
import io.millrace.storage.verify.Finding.Kind;
import io.millrace.storage.verify.StoreVerification;
import io.millrace.wire.chunk.AggregateChunk;
import io.millrace.wire.chunk.DenseChunk;
import io.millrace.wire.chunk.XorChunk;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StoreVerificationTest {
    private static final TenantId TENANT = new TenantId("acme");
    private static final int DAY = 19_700;
    private static final long START = DAY * 86_400_000L;
    private static final SeriesId ID = new SeriesId(1, 2);

    private static final ChunkBucket BUCKET =
            new ChunkPartition(TENANT, DAY, "up", ID.shard(ChunkPartition.SHARD_BITS)).bucket();

    private final InMemoryStore store = new InMemoryStore();
    private final List<Finding> findings = new ArrayList<>();

    private StoreVerification.Report verify() {
        findings.clear();
        return new StoreVerification(store).run(TENANT, DAY, findings::add);
    }

    @Test
    void shouldFindNothingWrongWithAnOrdinaryDay() {
        // given
        register(ID);
        write(chunk(0, 80, 1), 1);
        write(chunk(80, 80, 1), 2);

        // when
        StoreVerification.Report report = verify();

        // then
        assertThat(findings).isEmpty();
        assertThat(report.series()).isEqualTo(1);
        assertThat(report.chunks()).isEqualTo(2);
        assertThat(report.samples()).isEqualTo(160);
        assertThat(report.hasDamage()).isFalse();
    }

    @Test
    void shouldTellOverlapsConflictsAndGaps() {
        register(ID);
        write(chunk(0, 80, 1), 1);
        write(chunk(40, 80, 2), 2);
        write(chunk(1_000, 80, 2), 3);
        assertThat(verify().samples()).isEqualTo(200);
        assertThat(findings).extracting(Finding::kind).containsExactly(Kind.OVERLAP, Kind.CONFLICT, Kind.GAP);
        assertThat(verify().hasDamage()).isFalse();
    }

    @Test
    void shouldTellWhatQueriesMiss() {
        // given
        register(new SeriesId(3, 4));
        write(new ChunkRow(ID, START, 1, START + 5, 2, (byte) 1, new byte[] {0, 9, 1}), 1);
        ChunkRow right = chunk(0, 80, 1);
        write(new ChunkRow(ID, START, 7, right.endMs(), 79, right.encoding(), right.data()), 7);
        write(chunk(5_760, 10, 1), 8);

        // when
        StoreVerification.Report report = verify();

        // then
        assertThat(report.findings().keySet())
                .containsExactlyInAnyOrder(
                        Kind.UNREADABLE,
                        Kind.MISLABELLED,
                        Kind.OUTSIDE_THE_DAY,
                        Kind.NOT_REGISTERED,
                        Kind.WITHOUT_SAMPLES,
                        Kind.OVERLAP,
                        Kind.GAP);
        assertThat(report.hasDamage()).isTrue();
    }

    @Test
    void shouldTellOfAggregatesThatAreNotWhatTheSamplesComeTo() {
        // given: a merged day
        register(ID);
        SampleColumns samples = samples(1);
        DenseChunk.Row dense = DenseChunk.encodeRow(samples, 0, samples.size());
        store.merges().write(BUCKET, 1, List.of(new MergedRow("up", row(samples, 9, dense.encoding(), dense.data()))));
        aggregates(1, samples, 9, encoded(samples));

        // then
        assertThat(verify().hasDamage()).isFalse();
        assertThat(findings).isEmpty();

        // when: they are of other samples
        aggregates(2, samples, 9, encoded(samples(2)));

        // then
        assertThat(verify().hasDamage()).isTrue();
        assertThat(findings).extracting(Finding::kind).containsExactly(Kind.WRONG_AGGREGATES);

        // when: they cannot be read
        aggregates(3, samples, 9, new byte[] {99});

        // then
        assertThat(verify().hasDamage()).isFalse();
        assertThat(findings).extracting(Finding::kind).containsExactly(Kind.UNREADABLE_AGGREGATES);

        // when: they are of a merge before that of the samples, which readers mind
        aggregates(4, samples, 8, encoded(samples(2)));

        // then
        verify();
        assertThat(findings).isEmpty();
    }

    private static SampleColumns samples(double step) {
        SampleColumns samples = new SampleColumns();
        for (int i = 0; i < 5_760; i++) {
            samples.add(START + i * 15_000L, i * step);
        }
        return samples;
    }

    private static byte[] encoded(SampleColumns samples) {
        WindowAggregates windows = new WindowAggregates(3_600_000);
        windows.add(samples, 0, samples.size());
        return AggregateChunk.encode(windows);
    }

    private void aggregates(long receivedUntilMs, SampleColumns samples, long offset, byte[] data) {
        ChunkRow row = row(samples, offset, AggregateChunk.ENCODING, data);
        store.merges().writeAggregates(BUCKET, receivedUntilMs, List.of(new AggregateRow("up", 3_600_000, row)));
    }

    private static ChunkRow row(SampleColumns samples, long offset, byte encoding, byte[] data) {
        int last = samples.size() - 1;
        return new ChunkRow(ID, samples.timestamp(0), offset, samples.timestamp(last), samples.size(), encoding, data);
    }

    private void register(SeriesId id) {
        store.series().write(TENANT, DAY, List.of(new SeriesRow(id, "up", new byte[0])));
    }

    private static ChunkRow chunk(int first, int samples, double value) {
        XorChunk chunk = new XorChunk();
        for (int i = first; i < first + samples; i++) {
            chunk.append(START + i * 15_000L, Double.doubleToRawLongBits(value));
        }
        return new ChunkRow(
                ID, START + first * 15_000L, 0, chunk.lastTimestampMs(), samples, chunk.rowEncoding(), chunk.rowData());
    }

    private void write(ChunkRow row, long offset) {
        ChunkRow placed = new ChunkRow(
                row.series(), row.startMs(), offset, row.endMs(), row.samples(), row.encoding(), row.data());
        store.chunks().write(BUCKET, List.of(new MetricChunk("up", 1, placed)));
    }
}
