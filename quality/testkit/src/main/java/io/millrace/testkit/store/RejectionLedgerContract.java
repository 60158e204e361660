package io.millrace.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.RefusedItem;
import io.millrace.model.StaleMarker;
import io.millrace.model.TenantId;
import io.millrace.storage.RejectionLedger;
import io.millrace.storage.RejectionRow;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What every {@link RejectionLedger} does. */
public abstract class RejectionLedgerContract {
    private static final long NOW = 1_760_000_000_000L;
    private static final long HOUR = 3_600_000;

    private final TenantId tenant = new TenantId("t-" + UUID.randomUUID());

    protected abstract RejectionLedger ledger();

    private static RefusedItem item(int i) {
        return switch (i % 4) {
            case 0 -> RefusedItem.NONE;
            case 1 -> RefusedItem.sample(NOW - i, StaleMarker.BITS);
            case 2 -> RefusedItem.exemplar(-i, Double.doubleToRawLongBits(-0.0));
            default -> RefusedItem.histogram(i);
        };
    }

    @Test
    void shouldGiveBackTheLatestFirstUntilTheReaderHasEnough() throws Exception {
        // given: entries of three days
        List<RejectionRow> rows = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            rows.add(new RejectionRow(
                    NOW + i * HOUR - 500,
                    NOW + i * HOUR,
                    "0/" + i,
                    "millrace-too-old",
                    "up",
                    "up{}",
                    item(i),
                    "text " + i,
                    i));
        }
        // when
        ledger().write(tenant, rows).toCompletableFuture().get(30, TimeUnit.SECONDS);
        ledger().write(tenant, rows).toCompletableFuture().get(30, TimeUnit.SECONDS);
        // then
        List<RejectionRow> found = new ArrayList<>();
        ledger().read(tenant, NOW + 10 * HOUR, NOW + 50 * HOUR, row -> {
            found.add(row);
            return found.size() < 30;
        });
        List<RejectionRow> expected = new ArrayList<>();
        for (int i = 50; i > 20; i--) {
            expected.add(rows.get(i));
        }
        assertThat(found).containsExactlyElementsOf(expected);
    }
}
