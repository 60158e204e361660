package io.millrace.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.SeriesId;
import io.millrace.model.TenantId;
import io.millrace.storage.SeriesRegistry;
import io.millrace.storage.SeriesRow;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What every {@link SeriesRegistry} does. */
public abstract class SeriesRegistryContract {
    private final TenantId tenant = new TenantId("t-" + UUID.randomUUID());

    protected abstract SeriesRegistry registry();

    @Test
    void shouldGiveBackAllSeriesOfADay() throws Exception {
        // given: enough for several batches in each shard
        List<SeriesRow> rows = new ArrayList<>();
        for (int i = 0; i < 4_000; i++) {
            rows.add(row(i));
        }
        // when
        write(20_000, rows);
        write(20_000, rows.subList(0, 100));
        // then
        assertThat(read(20_000).stream().map(SeriesRegistryContract::text).sorted())
                .containsExactlyElementsOf(
                        rows.stream().map(SeriesRegistryContract::text).sorted().toList());
    }

    @Test
    void shouldKeepDaysAndTenantsApart() throws Exception {
        write(20_000, List.of(row(1)));
        write(20_001, List.of(row(2)));
        assertThat(read(20_000)).extracting(SeriesRow::metric).containsExactly("metric_1");
        assertThat(read(20_001)).extracting(SeriesRow::metric).containsExactly("metric_2");
        assertThat(read(20_002)).isEmpty();
    }

    @Test
    void shouldTakeNothing() throws Exception {
        write(20_000, List.of());
        assertThat(read(20_000)).isEmpty();
    }

    private void write(int day, List<SeriesRow> rows) throws Exception {
        registry().write(tenant, day, rows).toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    private List<SeriesRow> read(int day) {
        List<SeriesRow> rows = new ArrayList<>();
        registry().read(tenant, day, rows::add);
        return rows;
    }

    private static String text(SeriesRow row) {
        return row.id() + " " + row.metric() + " " + new String(row.labels(), StandardCharsets.UTF_8);
    }

    private static SeriesRow row(int i) {
        return new SeriesRow(
                new SeriesId(i, i * 0x9e3779b97f4a7c15L),
                "metric_" + i,
                ("labels " + i).getBytes(StandardCharsets.UTF_8));
    }
}
