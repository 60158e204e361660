package io.millrace.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.TenantId;
import io.millrace.storage.JobUsageRow;
import io.millrace.storage.UsageRow;
import io.millrace.storage.UsageStore;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What every {@link UsageStore} does. */
public abstract class UsageStoreContract {
    private final TenantId tenant = new TenantId("t-" + UUID.randomUUID());

    protected abstract UsageStore store();

    @Test
    void shouldReplaceAndGiveBackByHourOverTheEndOfAMonth() throws Exception {
        // given: 1,000 hours touch three months
        List<UsageRow> rows = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            rows.add(new UsageRow(480_000 + i, i % 3, i, 2L * i, 5L * i, 3L * i));
        }
        // when
        write(List.of(new UsageRow(480_000, 0, 99, 99, 99, 99)));
        write(rows);
        // then
        List<UsageRow> found = new ArrayList<>();
        store().read(tenant, 480_000, 480_998, found::add);
        assertThat(found).containsExactlyElementsOf(rows.subList(0, 999));
    }

    @Test
    void shouldReplaceAndGiveBackJobsByHourOverTheEndOfADay() throws Exception {
        // given
        List<JobUsageRow> rows = new ArrayList<>();
        for (int hour = 0; hour < 40; hour++) {
            for (String job : List.of("", "api", "nöde")) {
                rows.add(new JobUsageRow(480_000 + hour, 0, job, hour, 2L * hour, 3L * hour));
                rows.add(new JobUsageRow(480_000 + hour, 1, job, hour + 1, 2L * hour, 3L * hour));
            }
        }
        // when
        store().writeJobs(tenant, List.of(new JobUsageRow(480_000, 0, "api", 99, 99, 99)))
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
        store().writeJobs(tenant, rows).toCompletableFuture().get(30, TimeUnit.SECONDS);
        // then
        List<JobUsageRow> found = new ArrayList<>();
        store().readJobs(tenant, 480_000, 480_038, found::add);
        assertThat(found).containsExactlyElementsOf(rows.subList(0, rows.size() - 6));
    }

    private void write(List<UsageRow> rows) throws Exception {
        store().write(tenant, rows).toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
}
