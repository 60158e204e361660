package io.millrace.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.MetricType;
import io.millrace.model.TenantId;
import io.millrace.storage.MetadataRow;
import io.millrace.storage.MetadataStore;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What every {@link MetadataStore} does. */
public abstract class MetadataStoreContract {
    private final TenantId tenant = new TenantId("t-" + UUID.randomUUID());

    protected abstract MetadataStore store();

    @Test
    void shouldKeepWhatWasReceivedLast() throws Exception {
        // given
        MetadataRow old = new MetadataRow("http_requests", MetricType.COUNTER, "old help", "", 1_000);
        MetadataRow latest = new MetadataRow("http_requests", MetricType.COUNTER, "help ü", "seconds", 2_000);
        MetadataRow other = new MetadataRow("up", MetricType.STATE_SET, "", "", 500);
        // when: also in the wrong order, as a replay does
        write(List.of(latest, other));
        write(List.of(old));
        // then
        List<MetadataRow> found = new ArrayList<>();
        store().read(tenant, found::add);
        assertThat(found).containsExactly(latest, other);
    }

    private void write(List<MetadataRow> rows) throws Exception {
        store().write(tenant, rows).toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
}
