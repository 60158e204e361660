package io.millrace.writer.merge;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.TenantId;
import io.millrace.storage.Deletion;
import io.millrace.storage.InstanceStore;
import io.millrace.testkit.store.InMemoryStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class InstancePurgeTest {
    private static final TenantId TENANT = new TenantId("gone");
    private static final int TODAY = 19_700;

    private final InMemoryStore store = new InMemoryStore();
    private final Set<Integer> days = new TreeSet<>(List.of(TODAY - 30, TODAY - 3, TODAY));
    private final List<Integer> dropped = new ArrayList<>();
    private long now = Duration.ofDays(TODAY).toMillis() + 5;
    private final InstancePurge purge = new InstancePurge(
            new InstanceStore() {
                @Override
                public boolean hasSeries(TenantId tenant, int day) {
                    return days.contains(day);
                }

                @Override
                public void dropDay(TenantId tenant, int day) {
                    dropped.add(day);
                    days.remove(day);
                }

                @Override
                public void dropMetadata(TenantId tenant) {}
            },
            store.deletions(),
            () -> now,
            new Pace(100, System::nanoTime, nanos -> {}));

    private int run() throws InterruptedException {
        return purge.run(new MergeWorker.Span(TENANT, TODAY - 10, 1));
    }

    private Deletion.State state() {
        return store.deletions().list(TENANT).get(0).state();
    }

    @Test
    void shouldDropTheDaysOfTheSpanAndWhatComesLateUntilNothingCanCome() throws Exception {
        assertThat(run()).isEqualTo(2);
        assertThat(dropped).containsExactly(TODAY, TODAY - 3);
        assertThat(state()).isEqualTo(Deletion.State.PENDING);

        // when: a writer stores what was still in Kafka
        days.add(TODAY);
        assertThat(run()).isZero();
        now += Duration.ofHours(1).toMillis();
        assertThat(run()).isEqualTo(1);
        now += Duration.ofHours(2).toMillis();
        assertThat(run()).isZero();
        assertThat(state()).isEqualTo(Deletion.State.PENDING);
        now += Duration.ofHours(48).toMillis();
        assertThat(run()).isZero();

        // then
        assertThat(state()).isEqualTo(Deletion.State.ACTIVE);
        days.add(TODAY);
        now += Duration.ofDays(1).toMillis();
        assertThat(run()).isZero();
    }
}
