package io.millrace.query.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.Labels;
import io.millrace.model.TenantId;
import io.millrace.promql.storage.Matcher;
import io.millrace.promql.storage.Matcher.Type;
import io.millrace.storage.SeriesRegistry;
import io.millrace.storage.SeriesRow;
import io.millrace.storage.StoreUnavailableException;
import io.millrace.wire.labels.CanonicalLabels;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class SeriesIndexTest {
    private static final TenantId TENANT = new TenantId("shop");
    private static final long DAY_MS = Duration.ofDays(1).toMillis();
    private static final int TODAY = 20_000;

    private final FakeRegistry registry = new FakeRegistry();
    private long nowMs = TODAY * DAY_MS + 1000;

    private SeriesIndex index = index(1_000_000, 1_000_000);

    private SeriesIndex index(long maxSeries, int maxPerSelection) {
        IndexLimits limits =
                new IndexLimits(maxSeries, maxPerSelection, 100, 2, Duration.ofHours(1), Duration.ofSeconds(5));
        return new SeriesIndex(registry, limits, () -> nowMs);
    }

    @Test
    void shouldFindSeriesOfTheDaysOfTheRangeOnly() {
        // given
        index.coverFrom(TODAY - 3);
        announce(TODAY - 1, Labels.of("__name__", "up", "job", "a"));
        announce(TODAY, Labels.of("__name__", "up", "job", "b"));

        // when
        List<Labels> yesterday = select(TODAY - 1, TODAY - 1, Matcher.of(Type.EQ, "__name__", "up"));
        List<Labels> both = select(TODAY - 1, TODAY, Matcher.of(Type.EQ, "__name__", "up"));

        // then
        assertThat(yesterday).containsExactly(Labels.of("__name__", "up", "job", "a"));
        assertThat(both).hasSize(2);
        assertThat(registry.reads).isEmpty();
    }

    @Test
    void shouldNotMixTenants() {
        // given
        index.coverFrom(TODAY);
        announce(TODAY, Labels.of("__name__", "up"));

        // when
        SelectedSeries other =
                index.select(new TenantId("other"), List.of(Matcher.of(Type.EQ, "__name__", "up")), nowMs - 1, nowMs);

        // then
        assertThat(other.isEmpty()).isTrue();
    }

    @Test
    void shouldLoadADayTheTopicDoesNotCoverFromTheRegistryOnce() {
        // given
        index.coverFrom(TODAY);
        registry.add(TODAY - 5, Labels.of("__name__", "up", "job", "old"));
        announce(TODAY, Labels.of("__name__", "up", "job", "new"));

        // when
        List<Labels> first = select(TODAY - 5, TODAY - 5, Matcher.of(Type.EQ, "__name__", "up"));
        List<Labels> second = select(TODAY - 5, TODAY - 5, Matcher.of(Type.EQ, "__name__", "up"));

        // then
        assertThat(first).containsExactly(Labels.of("__name__", "up", "job", "old"));
        assertThat(second).isEqualTo(first);
        assertThat(registry.reads).containsExactly(TODAY - 5);
    }

    @Test
    void shouldLoadADayOfWhichOnlyAPartWasAnnouncedLately() {
        // given: samples of five days ago arrive today
        index.coverFrom(TODAY);
        registry.add(TODAY - 5, Labels.of("__name__", "up", "job", "then"));
        announce(TODAY - 5, Labels.of("__name__", "up", "job", "late"));

        // when
        List<Labels> found = select(TODAY - 5, TODAY - 5, Matcher.of(Type.EQ, "__name__", "up"));

        // then
        assertThat(found).hasSize(2);
    }

    @Test
    void shouldSayThatTheStoreIsAwayAndTryAgainNextTime() {
        // given
        index.coverFrom(TODAY);
        registry.add(TODAY - 5, Labels.of("__name__", "up"));
        registry.down = true;

        // when
        assertThatThrownBy(() -> select(TODAY - 5, TODAY - 5, Matcher.of(Type.EQ, "__name__", "up")))
                .isInstanceOf(StoreUnavailableException.class);
        registry.down = false;

        // then
        assertThat(select(TODAY - 5, TODAY - 5, Matcher.of(Type.EQ, "__name__", "up")))
                .hasSize(1);
    }

    @Test
    void shouldDropIdleOldDaysAndLoadThemAgain() {
        // given
        index.coverFrom(TODAY - 3);
        announce(TODAY - 3, Labels.of("__name__", "up", "job", "old"));
        announce(TODAY, Labels.of("__name__", "up", "job", "new"));
        registry.add(TODAY - 3, Labels.of("__name__", "up", "job", "old"));

        // when
        nowMs += Duration.ofHours(2).toMillis();
        index.evict();

        // then
        assertThat(index.evictedDays()).isEqualTo(1);
        assertThat(select(TODAY - 3, TODAY - 3, Matcher.of(Type.EQ, "__name__", "up")))
                .containsExactly(Labels.of("__name__", "up", "job", "old"));
        assertThat(registry.reads).containsExactly(TODAY - 3);
        assertThat(select(TODAY, TODAY, Matcher.of(Type.EQ, "job", "new"))).hasSize(1);
    }

    @Test
    void shouldForgetSeriesOfDroppedDaysAndKeepTheRest() {
        // given
        index.coverFrom(TODAY - 3);
        for (int i = 0; i < 30_000; i++) {
            announce(TODAY - 3, Labels.of("__name__", "churn", "i", "" + i));
        }
        for (int i = 0; i < 100; i++) {
            announce(TODAY, Labels.of("__name__", "up", "i", "" + i));
        }

        // when
        nowMs += Duration.ofHours(2).toMillis();
        index.evict();

        // then
        assertThat(index.size()).isEqualTo(100);
        assertThat(select(TODAY, TODAY, Matcher.of(Type.RE, "i", "[0-9]"))).hasSize(10);
    }

    @Test
    void shouldRefuseARangeThatDoesNotFitTheBound() {
        // given
        index = index(20_000, 1_000_000);
        index.coverFrom(TODAY);
        for (int i = 0; i < 50_000; i++) {
            registry.add(TODAY - 5, Labels.of("__name__", "churn", "i", "" + i));
        }

        // then
        assertThatThrownBy(() -> select(TODAY - 5, TODAY - 5, Matcher.of(Type.EQ, "__name__", "churn")))
                .isInstanceOf(IndexException.class)
                .hasMessageContaining("query.index.max-series");
    }

    @Test
    void shouldRefuseASelectorThatMatchesTooMuch() {
        // given
        index = index(1_000_000, 10);
        index.coverFrom(TODAY);
        for (int i = 0; i < 11; i++) {
            announce(TODAY, Labels.of("__name__", "up", "i", "" + i));
        }

        // then
        assertThatThrownBy(() -> select(TODAY, TODAY, Matcher.of(Type.EQ, "__name__", "up")))
                .isInstanceOf(IndexException.class)
                .hasMessageContaining("matches 11 series");
    }

    @Test
    void shouldListNamesAndValuesInByteOrder() {
        // given
        index.coverFrom(TODAY);
        announce(TODAY, Labels.of("__name__", "up", "job", "\uD83D\uDE00", "zone", "x"));
        announce(TODAY, Labels.of("__name__", "up", "job", "\uFB00"));
        announce(TODAY, Labels.of("__name__", "down", "job", "a"));

        // then
        assertThat(index.labelNames(TENANT, List.of(), nowMs - 1, nowMs)).containsExactly("__name__", "job", "zone");
        assertThat(index.labelNames(
                        TENANT, List.of(List.of(Matcher.of(Type.EQ, "__name__", "down"))), nowMs - 1, nowMs))
                .containsExactly("__name__", "job");
        assertThat(index.labelValues(TENANT, "job", List.of(), nowMs - 1, nowMs))
                .containsExactly("a", "\uFB00", "\uD83D\uDE00");
        assertThat(index.labelValues(
                        TENANT, "job", List.of(List.of(Matcher.of(Type.EQ, "__name__", "up"))), nowMs - 1, nowMs))
                .containsExactly("\uFB00", "\uD83D\uDE00");
        assertThat(index.labelValues(TENANT, "nothing", List.of(), nowMs - 1, nowMs))
                .isEmpty();
        assertThat(index.labelValues(TENANT, "job", List.of(), nowMs - 2 * DAY_MS, nowMs - DAY_MS))
                .isEmpty();
    }

    @Test
    void shouldCountWhatIsMostNumerous() {
        // given
        index.coverFrom(TODAY);
        announce(TODAY, Labels.of("__name__", "up", "job", "a", "i", "1"));
        announce(TODAY, Labels.of("__name__", "up", "job", "a", "i", "2"));
        announce(TODAY, Labels.of("__name__", "down", "job", "b", "i", "3"));

        // when
        Cardinality cardinality = index.cardinality(TENANT, nowMs - 1, nowMs, 1);

        // then
        assertThat(cardinality.series()).isEqualTo(3);
        assertThat(cardinality.labelPairs()).isEqualTo(7);
        assertThat(cardinality.seriesByMetric()).containsExactly(new Cardinality.Entry("up", 2));
        assertThat(cardinality.valuesByLabel()).containsExactly(new Cardinality.Entry("i", 3));
        assertThat(cardinality.seriesByPair()).containsExactly(new Cardinality.Entry("__name__=up", 2));
    }

    @Test
    void shouldCountWhatHasGrownSinceTheDayBefore() {
        // given
        index.coverFrom(TODAY - 1);
        Labels old = Labels.of("__name__", "up", "job", "a", "i", "1");
        announce(TODAY - 1, old);
        announce(TODAY - 1, Labels.of("__name__", "gone", "job", "a", "i", "1"));
        announce(TODAY, old);
        announce(TODAY, Labels.of("__name__", "up", "job", "a", "i", "2"));
        announce(TODAY, Labels.of("__name__", "down", "job", "b", "i", "3"));
        announce(TODAY, Labels.of("__name__", "down", "job", "b", "i", "4"));

        // when
        Cardinality cardinality = index.cardinality(TENANT, nowMs - DAY_MS, nowMs, 2);

        // then
        assertThat(cardinality.series()).isEqualTo(5);
        assertThat(cardinality.newSeriesByMetric())
                .containsExactly(new Cardinality.Entry("down", 2), new Cardinality.Entry("up", 1));
        assertThat(cardinality.newValuesByLabel())
                .containsExactly(new Cardinality.Entry("i", 3), new Cardinality.Entry("__name__", 1));
        assertThat(cardinality.newSeriesByPair())
                .containsExactly(new Cardinality.Entry("__name__=down", 2), new Cardinality.Entry("job=b", 2));
    }

    private void announce(int day, Labels labels) {
        index.announce(TENANT, day, CanonicalLabels.id(labels), CanonicalLabels.encode(labels));
    }

    private List<Labels> select(int fromDay, int toDay, Matcher... matchers) {
        TreeSet<Labels> found = new TreeSet<>();
        index.select(TENANT, List.of(matchers), fromDay * DAY_MS, toDay * DAY_MS + 1)
                .forEach((id, labels) -> {
                    assertThat(id).isEqualTo(CanonicalLabels.id(labels));
                    found.add(labels);
                });
        return new ArrayList<>(found);
    }

    private static final class FakeRegistry implements SeriesRegistry {
        private final List<SeriesRow> rows = new ArrayList<>();
        private final List<Integer> days = new ArrayList<>();
        private final List<Integer> reads = new ArrayList<>();
        private boolean down;

        void add(int day, Labels labels) {
            rows.add(new SeriesRow(CanonicalLabels.id(labels), labels.metricName(), CanonicalLabels.encode(labels)));
            days.add(day);
        }

        @Override
        public CompletionStage<Void> write(TenantId tenant, int day, List<SeriesRow> added) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void read(TenantId tenant, int day, Consumer<SeriesRow> visitor) {
            if (down) {
                throw new StoreUnavailableException("down", new IllegalStateException("down"));
            }
            reads.add(day);
            for (int i = 0; i < rows.size(); i++) {
                if (days.get(i) == day) {
                    visitor.accept(rows.get(i));
                }
            }
        }
    }
}
