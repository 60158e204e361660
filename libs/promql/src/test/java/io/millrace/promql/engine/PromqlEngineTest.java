package io.millrace.promql.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.millrace.model.Labels;
import io.millrace.model.SampleColumns;
import io.millrace.model.StaleMarker;
import io.millrace.promql.engine.QueryValue.Matrix;
import io.millrace.promql.engine.QueryValue.Scalar;
import io.millrace.promql.engine.QueryValue.StringValue;
import io.millrace.promql.engine.QueryValue.Vector;
import io.millrace.promql.engine.QueryValue.VectorSample;
import io.millrace.promql.parse.ParseException;
import io.millrace.promql.storage.Queryable;
import io.millrace.promql.storage.SeriesSet;
import io.millrace.promql.testscript.TestStorage;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PromqlEngineTest {
    private static final long MINUTE = 60_000;
    private static final Labels A = Labels.of("__name__", "a_total", "i", "1");
    private static final Labels B = Labels.of("__name__", "b_total", "i", "1");

    private final TestStorage storage = new TestStorage();
    private final PromqlEngine engine = new PromqlEngine(EngineOptions.DEFAULT);

    @BeforeEach
    void load() {
        for (int i = 0; i <= 10; i++) {
            storage.add(A, i * MINUTE, i, 0);
            storage.add(B, i * MINUTE, 100 - i, 0);
        }
    }

    private QueryResult instant(String query, long timeMs) {
        return engine.instantQuery(storage, query, timeMs, QueryOptions.DEFAULT);
    }

    private QueryResult range(String query, long startMs, long endMs, long stepMs) {
        return engine.rangeQuery(storage, query, startMs, endMs, stepMs, QueryOptions.DEFAULT);
    }

    private static PromqlEngine limited(long samples, Duration timeout) {
        EngineOptions d = EngineOptions.DEFAULT;
        return new PromqlEngine(new EngineOptions(
                d.lookback(),
                d.defaultSubqueryStep(),
                samples,
                d.maxMemoryBytes(),
                timeout,
                false,
                false,
                false,
                false,
                false));
    }

    /** A script cannot say it: the order of matchers counts, and printing the query sorts them. */
    @Test
    void shouldNameWhatIsAbsentByAnEqualityAfterAnotherMatcher() {
        VectorSample first = ((Vector)
                        instant("absent(nope{c=~\"d\", c=\"d\"})", 0).value())
                .samples()
                .get(0);
        VectorSample last = ((Vector)
                        instant("absent(nope{c=\"d\", c=~\"d\"})", 0).value())
                .samples()
                .get(0);

        assertThat(first.labels()).isEqualTo(Labels.of("c", "d"));
        assertThat(last.labels()).isEqualTo(Labels.EMPTY);
    }

    @Test
    void shouldGiveEachTypeOfValue() {
        assertThat(instant("1 + 1", 5).value()).isEqualTo(new Scalar(5, 2));
        assertThat(instant("\"text\"", 5).value()).isEqualTo(new StringValue(5, "text"));
        assertThat(instant("a_total", 3 * MINUTE).value())
                .isEqualTo(new Vector(List.of(new VectorSample(A, 3 * MINUTE, 3, null)), false));
        Matrix matrix = (Matrix) instant("a_total[2m]", 3 * MINUTE).value();
        assertThat(matrix.series()).singleElement().satisfies(series -> {
            assertThat(series.labels()).isEqualTo(A);
            assertThat(series.timestamps()).containsExactly(2 * MINUTE, 3 * MINUTE);
            assertThat(series.values()).containsExactly(2, 3);
        });
    }

    @Test
    void shouldGiveMatrixForEveryRangeQuery() {
        Matrix scalar = (Matrix) range("time()", 0, 25_000, 10_000).value();
        assertThat(scalar.series()).singleElement().satisfies(series -> {
            assertThat(series.labels()).isEqualTo(Labels.EMPTY);
            assertThat(series.timestamps()).containsExactly(0, 10_000, 20_000);
            assertThat(series.values()).containsExactly(0, 10, 20);
        });
        assertThat(((Matrix) range("none", 0, 0, 1).value()).series()).isEmpty();
        assertThat(((Matrix) range("a_total", MINUTE, 0, 1).value()).series()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"a_total[5m], range vector", "'\"x\"', string"})
    void shouldRefuseRangeQueryOfOtherTypes(String query, String type) {
        assertThatThrownBy(() -> range(query, 0, 1, 1))
                .isInstanceOf(QueryException.class)
                .hasMessage(
                        "invalid expression type \"" + type + "\" for range query, must be Scalar or instant Vector")
                .asInstanceOf(type(QueryException.class))
                .extracting(QueryException::kind)
                .isEqualTo(QueryException.Kind.BAD_DATA);
    }

    @Test
    void shouldLeaveOutGapsAndSortSeries() {
        storage.add(Labels.of("__name__", "gap"), 0, 1, 0);
        storage.add(Labels.of("__name__", "gap"), 20 * MINUTE, 2, 0);
        Matrix gap = (Matrix) range("gap", 0, 20 * MINUTE, 2 * MINUTE).value();
        assertThat(gap.series().get(0).timestamps()).containsExactly(0, 2 * MINUTE, 4 * MINUTE, 20 * MINUTE);
        Matrix names = (Matrix) range("{i=\"1\"}", 0, MINUTE, MINUTE).value();
        assertThat(names.series()).extracting(QueryValue.Series::labels).containsExactly(A, B);
    }

    @Test
    void shouldKeepOrderOfSortOnly() {
        Vector sorted = (Vector) instant("sort_desc({i=\"1\"})", 0).value();
        assertThat(sorted.ordered()).isTrue();
        assertThat(sorted.samples()).extracting(VectorSample::labels).containsExactly(B, A);
        assertThat(((Vector) instant("{i=\"1\"}", 0).value()).ordered()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sort_by_label(a_total, \"i\")",
                "limitk(1, a_total)",
                "rate(a_total[5m] anchored)",
                "a_total + fill(0) b_total",
                "start()"
            })
    void shouldRefuseWhatIsNotEnabled(String query) {
        assertThatThrownBy(() -> instant(query, 0)).isInstanceOf(ParseException.class);
    }

    // Names

    @Test
    void shouldDropNamesAtOnceByDefault() {
        assertThatThrownBy(() -> instant("abs({i=\"1\"})", 0))
                .isInstanceOf(QueryException.class)
                .hasMessage("vector cannot contain metrics with the same labelset");
        Vector named = (Vector) instant("count by (__name__) (abs(a_total))", 0).value();
        assertThat(named.samples()).extracting(VectorSample::labels).containsExactly(Labels.EMPTY);
    }

    @Test
    void shouldDropNamesLateWhenAsked() {
        EngineOptions d = EngineOptions.DEFAULT;
        PromqlEngine delayed = new PromqlEngine(new EngineOptions(
                d.lookback(),
                d.defaultSubqueryStep(),
                d.maxSamples(),
                d.maxMemoryBytes(),
                d.timeout(),
                false,
                false,
                false,
                true,
                false));
        Vector value = (Vector) delayed.instantQuery(
                        storage,
                        "label_replace(abs({i=\"1\"}), \"name\", \"$1\", \"__name__\", \"(.).*\")",
                        0,
                        QueryOptions.DEFAULT)
                .value();
        assertThat(value.samples())
                .extracting(VectorSample::labels)
                .containsExactly(Labels.of("i", "1", "name", "a"), Labels.of("i", "1", "name", "b"));
    }

    @Test
    void shouldMergeSeriesThatTakeTurns() {
        storage.add(Labels.of("__name__", "old"), 0, 1, 0);
        storage.add(Labels.of("__name__", "new"), 10 * MINUTE, 2, 0);
        Matrix value = (Matrix)
                range("-{__name__=~\"old|new\"}", 0, 10 * MINUTE, 10 * MINUTE).value();
        assertThat(value.series())
                .singleElement()
                .satisfies(series -> assertThat(series.values()).containsExactly(-1, -2));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"-m", "sum_over_time(m[30s])", "max_over_time(abs(m)[30s:10s])", "last_over_time((-m)[1m:1m])"})
    void shouldMergeSeriesThatDifferInType(String query) {
        storage.add(Labels.of("__name__", "m"), 0, 1, 0);
        storage.add(Labels.of("__name__", "m"), 1, StaleMarker.VALUE, 0);
        storage.add(Labels.of("__name__", "m", "__type__", "gauge"), 10 * MINUTE, 2, 0);
        Matrix value = (Matrix) range(query, 0, 10 * MINUTE, 10 * MINUTE).value();
        assertThat(value.series()).singleElement().satisfies(series -> {
            assertThat(series.labels()).isEqualTo(Labels.EMPTY);
            assertThat(series.values()).hasSize(2);
        });
    }

    @Test
    void shouldRefuseSeriesThatDifferInTypeOnly() {
        storage.add(Labels.of("__name__", "m", "__type__", "counter"), 0, 1, 0);
        storage.add(Labels.of("__name__", "m", "__type__", "gauge"), 0, 2, 0);
        assertThatThrownBy(() -> instant("sum(-m)", 0))
                .hasMessage("vector cannot contain metrics with the same labelset");
        assertThat(((Vector) instant("m", 0).value()).samples()).hasSize(2);
    }

    @Test
    void shouldFoldSeriesWithoutKeepingThem() {
        for (int i = 0; i < 1_000; i++) {
            storage.add(Labels.of("__name__", "many_total", "i", "" + i), 0, i, 0);
            storage.add(Labels.of("__name__", "many_total", "i", "" + i), MINUTE, i + 1, 0);
        }
        PromqlEngine small = limited(2_000, Duration.ofSeconds(10));
        Matrix sum = (Matrix) small.rangeQuery(
                        storage,
                        "sum(increase(many_total[2m]) * 2)",
                        MINUTE,
                        MINUTE * 100,
                        MINUTE,
                        QueryOptions.DEFAULT)
                .value();
        assertThat(sum.series()).hasSize(1);
        assertThatThrownBy(() -> small.rangeQuery(
                        storage, "increase(many_total[2m])", MINUTE, MINUTE * 100, MINUTE, QueryOptions.DEFAULT))
                .hasMessageContaining("too many samples");
    }

    // Options

    @Test
    void shouldLookBackAsFarAsTold() {
        QueryOptions minute = new QueryOptions(Duration.ofMinutes(1), null, () -> false);
        assertThat(((Vector) engine.instantQuery(storage, "a_total", 10 * MINUTE + 59_999, minute)
                                .value())
                        .samples())
                .hasSize(1);
        assertThat(((Vector) engine.instantQuery(storage, "a_total", 11 * MINUTE, minute)
                                .value())
                        .samples())
                .isEmpty();
    }

    @Test
    void shouldEndWhenCancelled() {
        QueryOptions cancelled = new QueryOptions(null, null, () -> true);
        assertThatThrownBy(() -> engine.instantQuery(storage, "a_total", 0, cancelled))
                .asInstanceOf(type(QueryException.class))
                .extracting(QueryException::kind)
                .isEqualTo(QueryException.Kind.CANCELED);
    }

    @Test
    void shouldEndWhenTimeIsUp() {
        QueryOptions impatient = new QueryOptions(null, Duration.ofNanos(1), () -> false);
        assertThatThrownBy(() -> engine.instantQuery(storage, "a_total", 0, impatient))
                .hasMessage("query timed out in expression evaluation")
                .asInstanceOf(type(QueryException.class))
                .extracting(QueryException::kind)
                .isEqualTo(QueryException.Kind.TIMEOUT);
        QueryOptions patient = new QueryOptions(null, Duration.ofDays(1), () -> false);
        PromqlEngine strict = limited(1000, Duration.ofNanos(1));
        assertThatThrownBy(() -> strict.instantQuery(storage, "a_total", 0, patient))
                .hasMessage("query timed out in expression evaluation");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a_total[10m]",
                "sum_over_time(a_total[10m])",
                "sum_over_time(a_total[10m:1m])",
                "count_over_time(vector(1)[100y:1ms])",
                "sum by (i) (sum_over_time(vector(1)[1000s:1s]))"
            })
    void shouldRefuseTooManySamples(String query) {
        PromqlEngine small = limited(5, Duration.ofSeconds(10));
        assertThatThrownBy(() -> small.instantQuery(storage, query, 10 * MINUTE, QueryOptions.DEFAULT))
                .isInstanceOf(QueryException.class)
                .hasMessage("query processing would load too many samples into memory in query execution")
                .asInstanceOf(type(QueryException.class))
                .extracting(QueryException::kind)
                .isEqualTo(QueryException.Kind.EXECUTION);
    }

    @Test
    void shouldRefuseWhatOtherQueriesHaveLeftNoMemoryFor() {
        // given
        MemoryPool pool = new MemoryPool(1 << 20);
        MemoryPool.Share other = pool.share();
        MemoryPool.Share mine = pool.share();
        QueryOptions bounded = new QueryOptions(null, null, mine, () -> false);
        assertThat(other.take(pool.bytes())).isTrue();

        // when
        assertThatThrownBy(() -> engine.instantQuery(storage, "sum_over_time(a_total[10m])", 10 * MINUTE, bounded))
                .hasMessageContaining("all queries together hold the 1 MiB")
                .asInstanceOf(type(QueryException.class))
                .extracting(QueryException::kind)
                .isEqualTo(QueryException.Kind.EXECUTION);
        other.close();
        engine.instantQuery(storage, "sum_over_time(a_total[10m])", 10 * MINUTE, bounded);

        // then: held until the answer is out
        assertThat(pool.taken()).isPositive();
        mine.close();
        assertThat(pool.taken()).isZero();
    }

    @Test
    void shouldCountSamples() {
        QueryResult result = instant("sum_over_time(a_total[3m])", 5 * MINUTE);
        assertThat(result.samplesRead()).isEqualTo(3);
        assertThat(result.peakSamples()).isGreaterThanOrEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rate(a_total[5m]) / on () sum(rate(a_total[5m]))",
                "rate(a_total[5m]) / on () rate(a_total[5m] offset 0s)",
                "sum(rate(a_total[5m])) / sum(rate(a_total[5m]))",
                "max_over_time(rate(a_total[5m])[10m:1m]) / max_over_time(rate(a_total[5m])[10m:1m])",
                "abs(rate(a_total[5m])) / (((abs(rate(a_total[5m])) + rate(a_total[5m])) / 2))"
            })
    void shouldEvaluateOnceWhatStandsTwice(String query) {
        // given
        AtomicInteger selections = new AtomicInteger();
        Queryable counting = selection -> {
            selections.incrementAndGet();
            return storage.select(selection);
        };

        // when
        QueryResult result = engine.rangeQuery(counting, query, 6 * MINUTE, 9 * MINUTE, MINUTE, QueryOptions.DEFAULT);

        // then
        assertThat(selections).hasValue(1);
        Matrix matrix = (Matrix) result.value();
        assertThat(matrix.series())
                .singleElement()
                .satisfies(series -> assertThat(series.values()).containsExactly(1, 1, 1, 1));
        assertThat(result.samplesRead()).isEqualTo(storage(query));
    }

    /** Samples that one evaluation of the rates reads. */
    private static int storage(String query) {
        return query.contains(":1m]") ? 10 : 8;
    }

    @Test
    void shouldNotTakeTheSameTextForTheSameAtOtherTimes() {
        // given
        String query = "sum(a_total) - sum_over_time(sum(a_total)[1m:1m] offset 5m) + sum(a_total @ 60) * 0";

        // when
        Matrix matrix = (Matrix) range(query, 6 * MINUTE, 8 * MINUTE, MINUTE).value();

        // then
        assertThat(matrix.series())
                .singleElement()
                .satisfies(series -> assertThat(series.values()).containsExactly(5, 5, 5));
    }

    @Test
    void shouldTellOfTheLastOfEqualExpressions() {
        // given
        String query = "rate(a[5m]) / rate(a[5m])";
        storage.add(Labels.of("__name__", "a"), 0, 1, 0);
        storage.add(Labels.of("__name__", "a"), MINUTE, 2, 0);

        // when
        QueryResult result = instant(query, MINUTE);

        // then
        assertThat(result.annotations().infos()).singleElement().asString().endsWith("(1:20)");
    }

    @Test
    void shouldEvaluateTwiceWhereThereIsNoRoomToKeepTheFirst() {
        // given
        AtomicInteger selections = new AtomicInteger();
        Queryable counting = selection -> {
            selections.incrementAndGet();
            return storage.select(selection);
        };
        PromqlEngine small = limited(10, Duration.ofMinutes(1));

        // when
        QueryResult result = small.rangeQuery(
                counting,
                "sum(rate(a_total[2m])) / sum(rate(a_total[2m]))",
                6 * MINUTE,
                7 * MINUTE,
                MINUTE,
                QueryOptions.DEFAULT);

        // then
        assertThat(((Matrix) result.value()).series()).hasSize(1);
        assertThat(selections.get()).isBetween(1, 2);
    }

    // Sources

    @Test
    void shouldPassOnWarningsOfTheSource() {
        Queryable warning = selection -> new OneSeries(List.of("a part is missing"), new AtomicInteger());
        assertThat(engine.instantQuery(warning, "a_total", 0, QueryOptions.DEFAULT)
                        .annotations()
                        .warnings())
                .containsExactly("a part is missing");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a_total",
                "rate(a_total[5m])",
                "sum(a_total)",
                "topk(1, a_total)",
                "a_total + on() group_left() a_total",
                "absent(a_total)",
                "scalar(a_total)",
                "max_over_time(abs(a_total)[5m:1m])",
                "histogram_quantile(0.5, a_total)",
                "timestamp(a_total)",
                "a_total[5m]"
            })
    void shouldCloseWhatItOpens(String query) {
        AtomicInteger open = new AtomicInteger();
        Queryable counting = selection -> {
            open.incrementAndGet();
            return new OneSeries(List.of(), open);
        };
        engine.instantQuery(counting, query, 0, QueryOptions.DEFAULT);
        assertThat(open).hasValue(0);
    }

    @Test
    void shouldSayEachThingOnce() {
        for (int i = 0; i <= 10; i++) {
            storage.add(Labels.of("__name__", "gauge"), i * MINUTE, i, 0);
        }
        QueryResult result = range("rate(gauge[5m])\n+ rate(gauge[5m])", 0, 10 * MINUTE, MINUTE);
        assertThat(result.annotations().infos())
                .containsExactly("PromQL info: metric might not be a counter, name does not end in"
                        + " _total/_sum/_count/_bucket: \"gauge\" (2:8)");
        assertThat(result.annotations().warnings()).isEmpty();
    }

    /** A series with one sample at 0. */
    private static final class OneSeries implements SeriesSet {
        private final List<String> warnings;
        private final AtomicInteger open;
        private int at = -1;

        OneSeries(List<String> warnings, AtomicInteger open) {
            this.warnings = warnings;
            this.open = open;
        }

        @Override
        public boolean next() {
            return ++at == 0;
        }

        @Override
        public Labels labels() {
            return A;
        }

        @Override
        public SampleColumns samples() {
            SampleColumns samples = new SampleColumns();
            samples.add(0, 1);
            return samples;
        }

        @Override
        public List<String> warnings() {
            return warnings;
        }

        @Override
        public void close() {
            open.decrementAndGet();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "sum(rate(a_total[2m])) / count(rate(a_total[2m])); 1",
                "max_over_time(a_total[5m]) - min_over_time(a_total[5m]); 1",
                "a_total + a_total * a_total; 1",
                "a_total + b_total * a_total; 2",
                "a_total + a_total offset 1m; 2",
                "max_over_time(a_total[5m:30s]) - min_over_time(a_total[5m:30s]); 1",
                "a_total + max_over_time(a_total[5m:30s]); 2"
            })
    void shouldReadASelectionOnce(String query, int reads) {
        AtomicInteger selected = new AtomicInteger();
        Queryable counting = selection -> {
            selected.incrementAndGet();
            return storage.select(selection);
        };

        QueryResult shared = engine.rangeQuery(counting, query, 5 * MINUTE, 9 * MINUTE, MINUTE, QueryOptions.DEFAULT);

        assertThat(selected).hasValue(reads);
        String apart = query.replaceAll("(a_total)(?=[^a]*$)", "{__name__=\"a_total\",i!=\"2\"}");
        assertThat(text(shared)).isEqualTo(text(range(apart, 5 * MINUTE, 9 * MINUTE, MINUTE)));
    }

    @Test
    void shouldReadAgainWhenThereIsNoRoomToKeepSamples() {
        AtomicInteger selected = new AtomicInteger();
        Queryable counting = selection -> {
            selected.incrementAndGet();
            return storage.select(selection);
        };

        QueryResult result = limited(18, Duration.ofMinutes(1))
                .rangeQuery(
                        counting,
                        "sum(sum_over_time(a_total[10m])) + sum(last_over_time(a_total[10m]))",
                        5 * MINUTE,
                        9 * MINUTE,
                        2 * MINUTE,
                        QueryOptions.DEFAULT);

        assertThat(selected).hasValue(2);
        assertThat(((Matrix) result.value()).series()).hasSize(1);
    }

    private static String text(QueryResult result) {
        StringBuilder text = new StringBuilder();
        ((Matrix) result.value())
                .series()
                .forEach(series -> text.append(series.labels()).append(java.util.Arrays.toString(series.values())));
        return text.toString();
    }
}
