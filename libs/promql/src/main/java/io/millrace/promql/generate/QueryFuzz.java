package io.millrace.promql.generate;

import io.millrace.model.Labels;
import io.millrace.model.NativeHistogram;
import io.millrace.model.NativeHistogram.ResetHint;
import io.millrace.model.StaleMarker;
import io.millrace.promql.ast.Expr;
import io.millrace.promql.ast.ValueType;
import io.millrace.promql.engine.EngineOptions;
import io.millrace.promql.engine.PromqlEngine;
import io.millrace.promql.engine.QueryException;
import io.millrace.promql.engine.QueryOptions;
import io.millrace.promql.generate.Vocabulary.Kind;
import io.millrace.promql.generate.Vocabulary.Metric;
import io.millrace.promql.parse.ParseException;
import io.millrace.promql.parse.ParserOptions;
import io.millrace.promql.parse.PromqlParser;
import io.millrace.promql.print.QueryPrinter;
import io.millrace.promql.testscript.TestStorage;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Feeds random text and damaged queries to the parser, and what parses to the engine, over a little data and with tight
 * limits. Anything but an answer, a {@link ParseException} or a {@link QueryException} is a failure; so is a query that takes
 * long, and one whose print does not parse to the same print. The command is {@code bin/promqlfuzz}.
 */
public final class QueryFuzz {
    /** CPU time of one query, ns. The engine's own limit is lower; this is to see that it holds. */
    private static final long SLOW_NANOS = 3_000_000_000L;

    private static final long MINUTE = 60_000;

    private static final EngineOptions TIGHT = new EngineOptions(
            Duration.ofMinutes(5),
            Duration.ofMinutes(1),
            20_000,
            1 << 20,
            Duration.ofSeconds(1),
            true,
            true,
            true,
            false,
            true);

    private static final Vocabulary VOCABULARY = new Vocabulary(
            List.of(
                    new Metric("foo", Kind.COUNTER, Map.of("a", List.of("b", "c"), "job", List.of("x", "y.z"))),
                    new Metric("bar", Kind.GAUGE, Map.of("a", List.of("b"), "job", List.of("x"))),
                    new Metric("a:b", Kind.NATIVE_HISTOGRAM, Map.of("a", List.of("b", "c"))),
                    new Metric("sum", Kind.BUCKETS, Map.of("le", List.of("1", "5", "+Inf")))),
            List.of(0.0, 300.5));

    private final PromqlParser parser = new PromqlParser(ParserOptions.EXPERIMENTAL);
    private final PromqlEngine engine = new PromqlEngine(TIGHT);
    private final TestStorage storage = storage();
    private final FuzzTexts texts;
    private final QueryGenerator queries;
    private long refused;
    private long answered;
    private long failed;
    private long slowest;
    private String slowestQuery = "";

    QueryFuzz(long seed) {
        this.texts = new FuzzTexts(seed);
        this.queries = new QueryGenerator(VOCABULARY, Dialect.EXPERIMENTAL, seed);
    }

    /** Exit code 0: nothing found. An exception, with the query in its message, otherwise. */
    public static void main(String[] arguments) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        int strings = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000_000;
        int mutations = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 100_000;
        QueryFuzz fuzz = new QueryFuzz(arguments.length > 2 ? Long.parseLong(arguments[2]) : 1);
        long start = System.nanoTime();
        fuzz.strings(strings);
        out.printf("%d random strings: %s%n", strings, fuzz.tally());
        fuzz.mutations(mutations);
        out.printf("%d damaged queries: %s%n", mutations, fuzz.tally());
        fuzz.depths(10_000);
        out.printf("10,000 deep: %s%n", fuzz.tally());
        out.printf(
                Locale.ROOT,
                "%.1f s; the slowest took %.1f ms of CPU: %s%n",
                (System.nanoTime() - start) / 1e9,
                fuzz.slowest / 1e6,
                fuzz.slowestQuery);
    }

    private String tally() {
        String tally =
                refused + " refused by the parser, " + answered + " answered, " + failed + " ended with an error";
        refused = 0;
        answered = 0;
        failed = 0;
        return tally;
    }

    void strings(int count) {
        for (int i = 0; i < count; i++) {
            check(i % 2 == 0 ? texts.characters() : texts.pieces());
        }
    }

    void mutations(int count) {
        for (int i = 0; i < count; i++) {
            check(texts.mutated(queries.next()));
        }
    }

    /** Nests each construct that nests, and chains each that chains. */
    void depths(int depth) {
        for (String piece :
                List.of("(", "-", "-{", "abs(", "sum(", "1+", "1^", "foo or ", "foo[5m:1m", "{", "[", "((-")) {
            check(piece.repeat(depth));
            check(piece.repeat(depth) + "foo" + ")".repeat(piece.contains("(") ? depth : 0));
        }
        check("max_over_time(".repeat(depth) + "foo" + "[5m:])".repeat(depth));
        check("foo" + "[5m]".repeat(depth));
        check("foo" + " offset 5m".repeat(depth));
        check("foo{" + "a=\"b\",".repeat(depth) + "}");
        check("sum by (" + "a,".repeat(depth) + ") (foo)");
        check("foo[" + "(".repeat(depth) + "5m" + ")".repeat(depth) + "]");
        check("foo{a=~\"" + "(".repeat(depth) + "\"}");
        check("foo{a=~\"" + "(a|".repeat(depth) + ")".repeat(depth) + "\"}");
        check("foo{a=~\"" + "(a*)*".repeat(100) + "\"}");
    }

    private void check(String query) {
        long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        try {
            Expr expr = parser.parse(query);
            checkPrint(query, QueryPrinter.print(expr));
            evaluate(query, expr.type());
            answered++;
        } catch (ParseException e) {
            refused++;
            checkMessage(query, e);
        } catch (QueryException e) {
            failed++;
            checkMessage(query, e);
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            throw new AssertionError("failed on: " + shortened(query), e);
        }
        long nanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start;
        if (nanos > SLOW_NANOS) {
            throw new AssertionError("too slow: " + shortened(query));
        }
        if (nanos > slowest) {
            slowest = nanos;
            slowestQuery = shortened(query);
        }
    }

    private void evaluate(String query, ValueType type) {
        engine.instantQuery(storage, query, 10 * MINUTE, QueryOptions.DEFAULT);
        if (type == ValueType.VECTOR || type == ValueType.SCALAR) {
            engine.rangeQuery(storage, query, MINUTE, 8 * MINUTE, 37_000, QueryOptions.DEFAULT);
        }
    }

    private static void checkMessage(String query, RuntimeException e) {
        if (e.getMessage() == null || e.getMessage().isEmpty()) {
            throw new AssertionError("no message for: " + shortened(query), e);
        }
    }

    private void checkPrint(String query, String printed) {
        // Infinity prints with a sign, as in Prometheus, and the sign is an operator of its own when read again.
        if (printed.contains("+Inf")) {
            return;
        }
        String again;
        try {
            again = QueryPrinter.print(parser.parse(printed));
        } catch (ParseException e) {
            throw new AssertionError("printed as " + printed + ", which is not a query; was: " + query, e);
        }
        if (!again.equals(printed)) {
            throw new AssertionError("printed as " + printed + ", and that as " + again);
        }
    }

    private static String shortened(String query) {
        return query.length() > 1000 ? query.substring(0, 1000) + "... (" + query.length() + " characters)" : query;
    }

    private static TestStorage storage() {
        TestStorage storage = new TestStorage();
        for (int i = 0; i < 20; i++) {
            long time = i * MINUTE / 2;
            storage.add(Labels.of("__name__", "foo", "a", "b", "job", "x"), time, i % 7, 0);
            storage.add(Labels.of("__name__", "foo", "a", "c", "job", "y.z"), time, i == 9 ? Double.NaN : i, time / 2);
            storage.add(Labels.of("__name__", "bar", "a", "b", "job", "x"), time, i == 5 ? StaleMarker.VALUE : -i, 0);
            for (String bound : List.of("1", "5", "+Inf")) {
                storage.add(Labels.of("__name__", "sum", "le", bound), time, i * bound.length(), 0);
            }
            storage.add(Labels.of("__name__", "a:b", "a", "b"), time, histogram(0, i, new double[0]), 0);
            storage.add(
                    Labels.of("__name__", "a:b", "a", "c"),
                    time,
                    i < 10
                            ? histogram(NativeHistogram.CUSTOM_BUCKETS, i, new double[] {1, 2})
                            : histogram(3, 20 - i, new double[0]),
                    0);
        }
        return storage;
    }

    private static NativeHistogram histogram(int schema, int observed, double[] customBounds) {
        return new NativeHistogram(
                false,
                ResetHint.UNKNOWN,
                schema,
                schema < 0 ? 0 : 0.001,
                0,
                observed,
                observed * 1.5,
                new int[] {0, 2},
                new double[] {observed / 3, observed - observed / 3},
                new int[0],
                new double[0],
                customBounds);
    }
}
