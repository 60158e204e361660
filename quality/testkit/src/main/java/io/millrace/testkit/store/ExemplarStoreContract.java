package io.millrace.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.SeriesId;
import io.millrace.model.TenantId;
import io.millrace.storage.ChunkPartition;
import io.millrace.storage.DeletedExemplars;
import io.millrace.storage.ExemplarRow;
import io.millrace.storage.ExemplarStore;
import io.millrace.storage.MergeStore;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What every {@link ExemplarStore} does. */
public abstract class ExemplarStoreContract {
    private final ChunkPartition partition =
            new ChunkPartition(new TenantId("t-" + UUID.randomUUID()), 20_000, "up", 0);

    protected abstract ExemplarStore store();

    /** The same data. */
    protected abstract MergeStore merges();

    @Test
    void shouldGiveBackExemplarsOfTheSeriesAndTimeAskedFor() throws Exception {
        // given
        List<ExemplarRow> rows = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            rows.add(new ExemplarRow(new SeriesId(i % 2, 1), i, new byte[] {(byte) i}, i / 3.0, 5_000));
        }
        // when: twice, as a replay does
        write(rows);
        write(rows);
        // then
        List<ExemplarRow> found = new ArrayList<>();
        store().read(partition, List.of(new SeriesId(1, 1)), 3, 7, found::add);
        assertThat(found)
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactly(rows.get(3), rows.get(5), rows.get(7));
    }

    @Test
    void shouldDropWhatWasReceivedBeforeADeletionAlsoWhenAReplayWritesItAgain() throws Exception {
        // given
        SeriesId series = new SeriesId(1, 1);
        ExemplarRow early = new ExemplarRow(series, 9, new byte[] {1}, 1, 5_000);
        ExemplarRow within = new ExemplarRow(series, 10, new byte[] {1}, 2, 5_000);
        ExemplarRow other = new ExemplarRow(new SeriesId(2, 1), 10, new byte[] {1}, 3, 5_000);
        ExemplarRow sentAfterwards = new ExemplarRow(series, 20, new byte[] {1}, 4, 5_001);
        write(List.of(early, within, other, sentAfterwards));

        // when
        merges().dropExemplars(partition, series, new DeletedExemplars(10, 20, 5_000))
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
        write(List.of(within));

        // then
        List<ExemplarRow> found = new ArrayList<>();
        store().read(partition, List.of(series, other.series()), 0, 100, found::add);
        assertThat(found).usingRecursiveFieldByFieldElementComparator().containsExactly(early, sentAfterwards, other);
    }

    private void write(List<ExemplarRow> rows) throws Exception {
        store().write(partition, rows).toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
}
