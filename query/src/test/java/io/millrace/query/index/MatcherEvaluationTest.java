package io.millrace.query.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.Labels;
import io.millrace.promql.storage.Matcher;
import io.millrace.promql.storage.Matcher.Type;
import io.millrace.wire.labels.CanonicalLabels;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The index against a plain loop over all series, on random series, days and matchers. */
class MatcherEvaluationTest {
    private static final String[] NAMES = {"__name__", "job", "instance", "zone", "absent"};
    private static final String[] EXPRESSIONS = {
        "", ".*", ".+", "a", "a|b", "a|", "[ab].*", "v1.*", ".*1", ".*1.*", "(v1|v2)", "c|v.*", "x?", "(?i)A"
    };

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldFindWhatALoopOverAllSeriesFinds(long seed) {
        // given
        Random random = new Random(seed);
        TenantIndex index = new TenantIndex(() -> 0);
        index.coverFrom(0);
        Map<Labels, Set<Integer>> expected = new HashMap<>();
        int count = seed % 2 == 0 ? 3000 : 60;
        for (int i = 0; i < count; i++) {
            Labels labels = randomSeries(random, count);
            int day = random.nextInt(4);
            announce(index, day, labels);
            expected.computeIfAbsent(labels, l -> new TreeSet<>()).add(day);
        }

        for (int i = 0; i < 300; i++) {
            // when
            List<Matcher> matchers = randomMatchers(random);
            int from = random.nextInt(4);
            int to = from + random.nextInt(4 - from);
            Set<Labels> found = found(index.select(matchers, from, to));

            // then
            Set<Labels> wanted = new TreeSet<>();
            expected.forEach((labels, days) -> {
                boolean inRange = days.stream().anyMatch(day -> day >= from && day <= to);
                if (inRange && matchers.stream().allMatch(m -> m.matches(labels.getOrEmpty(m.name())))) {
                    wanted.add(labels);
                }
            });
            assertThat(found).as("%s of days %s to %s", matchers, from, to).isEqualTo(wanted);
            assertThat(index.labelNames(List.of(matchers), from, to)).isEqualTo(names(wanted));
            assertThat(index.labelValues("instance", List.of(matchers), from, to))
                    .isEqualTo(values(wanted, "instance"));
        }
    }

    @Test
    void shouldNeverShowAHalfAnnouncedSeries() throws InterruptedException {
        // given: every series has b="x", so none may come out of {a="1", b!="x"}
        TenantIndex index = new TenantIndex(() -> 0);
        index.coverFrom(0);
        AtomicBoolean done = new AtomicBoolean();
        Thread writer = new Thread(() -> {
            for (int i = 0; i < 40_000; i++) {
                announce(index, 0, Labels.of("__name__", "m", "a", "1", "b", "x", "i", "" + i));
            }
            done.set(true);
        });

        // when
        writer.start();
        int looks = 0;
        int last = 0;
        while (!done.get()) {
            assertThat(found(
                            index.select(List.of(Matcher.of(Type.EQ, "a", "1"), Matcher.of(Type.NEQ, "b", "x")), 0, 0)))
                    .isEmpty();
            SelectedSeries all = index.select(List.of(Matcher.of(Type.EQ, "a", "1")), 0, 0);
            assertThat(all.size()).isGreaterThanOrEqualTo(last);
            last = all.size();
            looks++;
        }
        writer.join();

        // then
        assertThat(looks).isPositive();
        assertThat(index.select(List.of(Matcher.of(Type.EQ, "a", "1")), 0, 0).size())
                .isEqualTo(40_000);
    }

    private static Labels randomSeries(Random random, int count) {
        Labels.Builder labels = Labels.builder().add("__name__", random.nextBoolean() ? "a" : "b");
        if (random.nextInt(4) > 0) {
            labels.add("job", "v" + random.nextInt(5));
        }
        if (random.nextInt(4) > 0) {
            labels.add("instance", "v" + random.nextInt(count));
        }
        if (random.nextBoolean()) {
            labels.add("zone", random.nextBoolean() ? "a" : "c");
        }
        return labels.build();
    }

    private static List<Matcher> randomMatchers(Random random) {
        List<Matcher> matchers = new ArrayList<>();
        int count = 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            Type type = Type.values()[random.nextInt(4)];
            String name = NAMES[random.nextInt(NAMES.length)];
            String value = type == Type.EQ || type == Type.NEQ
                    ? new String[] {"", "a", "b", "v1", "v2", "none"}[random.nextInt(6)]
                    : EXPRESSIONS[random.nextInt(EXPRESSIONS.length)];
            matchers.add(Matcher.of(type, name, value));
        }
        return matchers;
    }

    private static Set<Labels> found(SelectedSeries selected) {
        Set<Labels> found = new TreeSet<>();
        selected.forEach((id, labels) -> found.add(labels));
        assertThat(found).hasSize(selected.size());
        return found;
    }

    private static Set<String> names(Set<Labels> series) {
        Set<String> names = new TreeSet<>();
        series.forEach(labels -> labels.forEach((name, value) -> names.add(name)));
        return names;
    }

    private static Set<String> values(Set<Labels> series, String name) {
        Set<String> values = new TreeSet<>();
        series.forEach(labels -> values.add(labels.getOrEmpty(name)));
        values.remove("");
        return values;
    }

    private static void announce(TenantIndex index, int day, Labels labels) {
        var id = CanonicalLabels.id(labels);
        index.announce(day, id.high(), id.low(), CanonicalLabels.encode(labels));
    }
}
