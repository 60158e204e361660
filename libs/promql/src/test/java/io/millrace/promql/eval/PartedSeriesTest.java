package io.millrace.promql.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.millrace.model.Labels;
import io.millrace.model.SampleColumns;
import io.millrace.promql.engine.Cores;
import io.millrace.promql.engine.EngineOptions;
import io.millrace.promql.engine.MemoryPool;
import io.millrace.promql.engine.PromqlEngine;
import io.millrace.promql.engine.QueryException;
import io.millrace.promql.engine.QueryOptions;
import io.millrace.promql.engine.QueryResult;
import io.millrace.promql.engine.QueryValue;
import io.millrace.promql.generate.Dialect;
import io.millrace.promql.generate.QueryGenerator;
import io.millrace.promql.generate.Vocabulary;
import io.millrace.promql.generate.Vocabulary.Kind;
import io.millrace.promql.generate.Vocabulary.Metric;
import io.millrace.promql.storage.Queryable;
import io.millrace.promql.storage.SeriesPart;
import io.millrace.promql.storage.SeriesSet;
import io.millrace.promql.testscript.ScriptRunner;
import io.millrace.promql.testscript.TestStorage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several cores give what one gives, to the last bit; and what bounds a query bounds its helpers. */
class PartedSeriesTest {
    /** Steps enough that a part has about a hundred series. */
    private static final long START = 600_000;

    private static final long END = 1_200_000;
    private static final long STEP = 1_000;
    private static final int SERIES = 300;
    private static final Cores CORES = new Cores(4);
    private static final PromqlEngine ONE = new PromqlEngine(options());
    private static final PromqlEngine SEVERAL = new PromqlEngine(options(), CORES);
    private static final TestStorage STORAGE = random();

    private static final Vocabulary VOCABULARY = new Vocabulary(
            List.of(
                    new Metric("c_total", Kind.COUNTER, Map.of("g", List.of("0", "1", "2"))),
                    new Metric("gauge", Kind.GAUGE, Map.of("g", List.of("0", "1", "2")))),
            List.of(700.0, 800.5));

    /** Everything switched on, and room enough for helpers. */
    private static EngineOptions options() {
        EngineOptions small = ScriptRunner.OPTIONS;
        return new EngineOptions(
                small.lookback(),
                small.defaultSubqueryStep(),
                50_000_000,
                2L << 30,
                Duration.ofMinutes(5),
                true,
                true,
                true,
                true,
                true);
    }

    private static TestStorage random() {
        Random random = new Random(11);
        TestStorage storage = new TestStorage();
        for (int s = 0; s < SERIES; s++) {
            Labels counter = Labels.of("__name__", "c_total", "g", "" + s % 3, "s", "" + s);
            Labels gauge = Labels.of("__name__", "gauge", "g", "" + s % 3, "s", "" + s);
            double count = 0;
            for (long time = random.nextInt(15_000); time < END; time += 15_000 + random.nextInt(20_000)) {
                count = random.nextInt(15) == 0 ? 0 : count + random.nextDouble();
                storage.add(counter, time, count, 0);
                storage.add(gauge, time, random.nextGaussian() * 1e6, 0);
            }
        }
        return storage;
    }

    @AfterAll
    static void stop() {
        CORES.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sum by (g) (rate(c_total[5m]))",
                "avg(gauge)",
                "stddev by (g) (gauge)",
                "c_total",
                "rate(gauge[5m])",
                "topk(3, rate(c_total[2m]))",
                "quantile_over_time(2, gauge[2m])",
                "count_values(\"v\", changes(gauge[1m]))",
                "sum(rate(c_total[1m])) / count(c_total)",
                "rate({__name__=~\"c_total|gauge\"}[5m])"
            })
    void shouldGiveWhatOneCoreGives(String query) {
        // when
        String alone = answer(ONE, STORAGE, query);
        String together = answer(SEVERAL, new Divisible(STORAGE), query);

        // then
        assertThat(together).isEqualTo(alone);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void shouldGiveWhatOneCoreGivesForRandomQueries(long seed) {
        // given
        QueryGenerator generator = new QueryGenerator(VOCABULARY, Dialect.EXPERIMENTAL, seed);

        for (int i = 0; i < 25; i++) {
            // when
            String query = generator.next();
            String alone = answer(ONE, STORAGE, query);
            String together = answer(SEVERAL, new Divisible(STORAGE), query);

            // then
            assertThat(together).as(query).isEqualTo(alone);
        }
    }

    @Test
    void shouldHaveFreeCoresHelp() {
        // given: our thread does not begin with a part before a helper has begun with another
        CountDownLatch helped = new CountDownLatch(1);
        Divisible source = new Divisible(STORAGE);
        source.whenOpened = ours -> {
            if (ours) {
                await(helped);
            } else {
                helped.countDown();
            }
        };

        // when: cores that nobody has used, so that none is still on its way back
        String together;
        try (Cores fresh = new Cores(4)) {
            together = answer(new PromqlEngine(options(), fresh), source, "sum by (g) (rate(c_total[5m]))");
        }

        // then
        assertThat(helped.getCount()).isZero();
        assertThat(together).isEqualTo(answer(ONE, STORAGE, "sum by (g) (rate(c_total[5m]))"));
    }

    @Test
    void shouldEvaluateItselfWhereAHelperFails() {
        // given
        CountDownLatch helped = new CountDownLatch(1);
        Divisible source = new Divisible(STORAGE);
        source.whenOpened = ours -> {
            if (ours) {
                await(helped);
            } else {
                helped.countDown();
                throw new IllegalStateException("helpers cannot read today");
            }
        };

        // when
        String together;
        try (Cores fresh = new Cores(4)) {
            together = answer(new PromqlEngine(options(), fresh), source, "rate(c_total[5m])");
        }

        // then
        assertThat(together).isEqualTo(answer(ONE, STORAGE, "rate(c_total[5m])"));
    }

    @Test
    void shouldEndWithItsHelpersWhenCancelled() {
        // given
        AtomicBoolean cancelled = new AtomicBoolean();
        AtomicInteger open = new AtomicInteger();
        Divisible source = new Divisible(STORAGE);
        source.whenOpened = ours -> cancelled.set(true);
        source.open = open;
        MemoryPool pool = new MemoryPool(1L << 30);
        MemoryPool.Share share = pool.share();

        // when
        assertThatThrownBy(() -> SEVERAL.rangeQuery(
                        source,
                        "rate(c_total[5m])",
                        START,
                        END,
                        STEP,
                        new QueryOptions(null, null, share, cancelled::get)))
                .asInstanceOf(type(QueryException.class))
                .extracting(QueryException::kind)
                .isEqualTo(QueryException.Kind.CANCELED);

        // then
        assertThat(open).hasValue(0);
        share.close();
        assertThat(pool.taken()).isZero();
    }

    @Test
    void shouldGiveBackAllPartsAndWhatWasLent() {
        // given
        AtomicInteger open = new AtomicInteger();
        Divisible source = new Divisible(STORAGE);
        source.open = open;
        MemoryPool pool = new MemoryPool(1L << 30);
        MemoryPool.Share share = pool.share();

        // when
        SEVERAL.rangeQuery(
                source, "sum(rate(c_total[5m]))", START, END, STEP, new QueryOptions(null, null, share, () -> false));

        // then: a sum holds a few steps
        assertThat(open).hasValue(0);
        assertThat(pool.taken()).isLessThan(1 << 20);
        share.close();
        assertThat(pool.taken()).isZero();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(2, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Everything that can be seen of an answer, numbers by a hash of their bits. */
    private static String answer(PromqlEngine engine, Queryable source, String query) {
        QueryResult result;
        try {
            result = engine.rangeQuery(source, query, START, END, STEP, QueryOptions.DEFAULT);
        } catch (QueryException e) {
            return e.kind() + " " + e.getMessage();
        }
        StringBuilder text = new StringBuilder();
        for (QueryValue.Series series : ((QueryValue.Matrix) result.value()).series()) {
            long bits = 17;
            for (double value : series.values()) {
                bits = 31 * bits + Double.doubleToRawLongBits(value);
            }
            text.append(series.labels())
                    .append(Arrays.hashCode(series.timestamps()))
                    .append(' ')
                    .append(bits)
                    .append('\n');
        }
        return text.append(result.annotations().warnings())
                .append(result.annotations().infos())
                .append(result.samplesRead())
                .toString();
    }

    /** The series of another source, which can be divided. */
    private static final class Divisible implements Queryable {
        private final Queryable source;
        private OnOpen whenOpened = ours -> {};
        private AtomicInteger open = new AtomicInteger();

        /** Told of each part that is opened, and whether by the thread of the query. */
        interface OnOpen {
            void opened(boolean ours);
        }

        Divisible(Queryable source) {
            this.source = source;
        }

        @Override
        public SeriesSet select(io.millrace.promql.storage.Selection selection) {
            List<One> all = new ArrayList<>();
            try (SeriesSet set = source.select(selection)) {
                while (set.next()) {
                    SampleColumns copy = new SampleColumns();
                    for (int i = 0; i < set.samples().size(); i++) {
                        copy.addFrom(set.samples(), i);
                    }
                    all.add(new One(set.labels(), copy));
                }
            }
            return new Cursor(all);
        }

        private record One(Labels labels, SampleColumns samples) {}

        private final class Cursor implements SeriesSet {
            private final List<One> all;
            private final Thread thread = Thread.currentThread();
            private int at = -1;

            Cursor(List<One> all) {
                this.all = all;
            }

            @Override
            public boolean next() {
                return ++at < all.size();
            }

            @Override
            public boolean isDivisible() {
                return true;
            }

            @Override
            public @Nullable SeriesPart divide(int most) {
                int from = Math.min(at + 1, all.size());
                int to = Math.min(from + most, all.size());
                at = to - 1;
                if (from == to) {
                    return null;
                }
                List<One> part = all.subList(from, to);
                open.incrementAndGet();
                return new SeriesPart() {
                    @Override
                    public SeriesSet open() {
                        whenOpened.opened(thread.equals(Thread.currentThread()));
                        return new Cursor(part);
                    }

                    @Override
                    public void close() {
                        open.decrementAndGet();
                    }
                };
            }

            @Override
            public Labels labels() {
                return all.get(at).labels();
            }

            @Override
            public SampleColumns samples() {
                return all.get(at).samples();
            }

            @Override
            public List<String> warnings() {
                return List.of();
            }

            @Override
            public void close() {}
        }
    }
}
