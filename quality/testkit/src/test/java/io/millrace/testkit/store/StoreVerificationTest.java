package io.millrace.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.SeriesId;
import io.millrace.model.TenantId;
import io.millrace.storage.ChunkPartition;
import io.millrace.storage.ChunkRow;
import io.millrace.storage.MetricChunk;
import io.millrace.storage.SeriesRow;
import io.millrace.storage.verify.Finding;
import io.millrace.storage.verify.Finding.Kind;
import io.millrace.storage.verify.StoreVerification;
import io.millrace.wire.chunk.XorChunk;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StoreVerificationTest {
    private static final TenantId TENANT = new TenantId("acme");
    private static final int DAY = 19_700;
    private static final long START = DAY * 86_400_000L;
    private static final SeriesId ID = new SeriesId(1, 2);

    private final InMemoryStore store = new InMemoryStore();
    private final List<Finding> findings = new ArrayList<>();

    private StoreVerification.Report verify() {
        findings.clear();
        return new StoreVerification(store.merges(), store.series()).run(TENANT, DAY, findings::add);
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
        store.chunks()
                .write(
                        new ChunkPartition(TENANT, DAY, "up", ID.shard(ChunkPartition.SHARD_BITS)).bucket(),
                        List.of(new MetricChunk("up", 1, placed)));
    }
}
