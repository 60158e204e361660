package io.millrace.query.deletion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.Labels;
import io.millrace.model.SeriesId;
import io.millrace.model.TenantId;
import io.millrace.storage.Deletion;
import io.millrace.testkit.store.InMemoryStore;
import io.millrace.wire.chunk.DeletedRange;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SeriesDeletionTest {
    private static final TenantId TENANT = new TenantId("acme");
    private static final Labels UP = Labels.of("__name__", "up", "job", "node");
    private static final SeriesId ID = new SeriesId(1, 1L << 63);

    private final InMemoryStore store = new InMemoryStore();
    private final AtomicLong nanos = new AtomicLong();
    private final DeletionCache cache = new DeletionCache(store.deletions(), nanos::get);
    private final List<Deletion.State> whenMarked = new ArrayList<>();
    private DeletionMarks marks = (tenant, mark) -> {
        whenMarked.add(store.deletions().list(tenant).get(0).state());
        return List.of(100L, 200L);
    };

    private SeriesDeletion deletion() {
        return new SeriesDeletion(store.deletions(), (tenant, mark) -> marks.write(tenant, mark), cache, () -> 5_000);
    }

    @Test
    void shouldHideWhatLiesBeforeTheMarkOfThePartition() {
        // given
        assertThat(cache.apply(TENANT).isEmpty()).isTrue();

        // when
        deletion().delete(TENANT, List.of("up{job=\"node\"}", "down"), 10, 20, "ops");

        // then
        assertThat(whenMarked).containsExactly(Deletion.State.PENDING);
        assertThat(cache.apply(TENANT).of(UP, ID)).containsExactly(new DeletedRange(10, 20, 200));
        assertThat(cache.apply(TENANT).of(Labels.of("__name__", "down"), new SeriesId(1, 1)))
                .containsExactly(new DeletedRange(10, 20, 100));
        assertThat(cache.apply(TENANT).of(Labels.of("__name__", "up"), ID)).isEmpty();
        assertThat(cache.apply(TENANT).within(21, 30).isEmpty()).isTrue();
    }

    @Test
    void shouldDeleteNothingWhenKafkaDoesNotTakeTheMarks() {
        marks = (tenant, mark) -> {
            throw new DeletionException("away", false);
        };
        assertThatThrownBy(() -> deletion().delete(TENANT, List.of("up"), 10, 20, "ops"))
                .hasMessageContaining("away");
        assertThat(cache.apply(TENANT).isEmpty()).isTrue();
        assertThat(store.deletions().list(TENANT))
                .extracting(Deletion::state)
                .containsExactly(Deletion.State.ABANDONED);
    }

    @Test
    void shouldSayThatADeletionWasGivenUpMeanwhile() {
        marks = (tenant, mark) -> {
            store.deletions().abandon(tenant, mark.id());
            return List.of(1L);
        };
        assertThatThrownBy(() -> deletion().delete(TENANT, List.of("up"), 10, 20, "ops"))
                .hasMessageContaining("given up");
    }

    @Test
    void shouldSeeDeletionsOfOtherProcessesWithinASecond() {
        // given
        SeriesDeletion elsewhere = new SeriesDeletion(
                store.deletions(), marks, new DeletionCache(store.deletions(), nanos::get), () -> 5_000);
        assertThat(cache.apply(TENANT).isEmpty()).isTrue();
        elsewhere.delete(TENANT, List.of("up"), 10, 20, "ops");
        assertThat(cache.apply(TENANT).isEmpty()).isTrue();

        // when
        nanos.addAndGet(1_000_000_000);

        // then
        assertThat(cache.apply(TENANT).ids()).hasSize(1);
    }
}
