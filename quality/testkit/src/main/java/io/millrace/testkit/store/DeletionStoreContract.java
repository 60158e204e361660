package io.millrace.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.TenantId;
import io.millrace.storage.Deletion;
import io.millrace.storage.DeletionStore;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link DeletionStore} does. */
public abstract class DeletionStoreContract {
    private TenantId tenant = new TenantId("unset");

    protected abstract DeletionStore store();

    @BeforeEach
    void newTenant() {
        tenant = new TenantId("t-" + UUID.randomUUID());
    }

    @Test
    void shouldBringADeletionIntoForceOnce() {
        // given
        store().begin(deletion("a"));
        assertThat(store().list(tenant)).containsExactly(deletion("a"));

        // then
        assertThat(store().activate(tenant, "a", List.of(7L, 9L))).isTrue();
        assertThat(store().activate(tenant, "a", List.of(8L, 10L))).isFalse();
        assertThat(store().abandon(tenant, "a")).isFalse();
        assertThat(store().list(tenant)).containsExactly(deletion("a").decided(Deletion.State.ACTIVE, List.of(7L, 9L)));
    }

    @Test
    void shouldNotBringAnAbandonedDeletionIntoForce() {
        store().begin(deletion("b"));
        assertThat(store().abandon(tenant, "b")).isTrue();
        assertThat(store().activate(tenant, "b", List.of(1L))).isFalse();
        assertThat(store().list(tenant)).extracting(Deletion::state).containsExactly(Deletion.State.ABANDONED);
    }

    @Test
    void shouldKnowNothingOfWhatWasNeverBegun() {
        assertThat(store().activate(tenant, "c", List.of(1L))).isFalse();
        assertThat(store().list(tenant)).isEmpty();
    }

    private Deletion deletion(String id) {
        return new Deletion(
                tenant,
                id,
                Deletion.State.PENDING,
                List.of("up{job=\"x\"}", "{a=~\"b.*\"}"),
                5,
                10,
                99,
                "key",
                List.of());
    }
}
