package io.millrace.promql.generate;

import io.millrace.promql.ast.Aggregator;
import io.millrace.promql.ast.FunctionSignature;
import io.millrace.promql.ast.ValueType;
import io.millrace.promql.generate.Vocabulary.Kind;
import io.millrace.promql.generate.Vocabulary.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;

/**
 * Writes random queries of the right types. Most have an answer; some are empty, and a few fail when they are evaluated,
 * such as one that matches many series to many. Not thread-safe.
 *
 * <p>Whoever compares with Prometheus 2 should take query times that are multiples of no subquery step (add a few ms) and
 * samples at uneven times: ranges are closed on the left there.
 */
public final class QueryGenerator {
    private static final List<String> ARITHMETIC = List.of("+", "-", "*", "/", "%", "^", "atan2");
    private static final List<String> COMPARISONS = List.of("==", "!=", "<", "<=", ">", ">=");
    private static final List<String> SET_OPERATORS = List.of("and", "or", "unless");
    private static final List<String> RANGES = List.of("1m", "90s", "5m", "7m", "10m", "1h");
    private static final List<String> STEPS = List.of("", "15s", "30s", "1m", "77s");
    private static final List<String> OFFSETS = List.of("1m", "5m", "-30s", "-2m", "90s");
    private static final List<String> NUMBERS =
            List.of("0", "1", "2", "-1", "0.5", "10", "100", "1e3", "0x1f", "3.14", "-0.25", "1000000");
    private static final List<String> EDGE_NUMBERS = List.of("NaN", "Inf", "-Inf", "1e300", "-0");
    private static final List<String> FRACTIONS = List.of("0.5", "0.9", "0.99", "0", "1", "0.25", "-0.1", "1.5");

    private final Vocabulary vocabulary;
    private final Dialect dialect;
    private final Random random;
    private final List<FunctionSignature> vectorFunctions;
    private final List<FunctionSignature> scalarFunctions;
    private final List<Aggregator> aggregators;
    private final Selectors selectors;

    public QueryGenerator(Vocabulary vocabulary, Dialect dialect, long seed) {
        this.vocabulary = vocabulary;
        this.dialect = dialect;
        this.random = new Random(seed);
        this.vectorFunctions = dialect.functions(ValueType.VECTOR);
        this.scalarFunctions = dialect.functions(ValueType.SCALAR);
        this.aggregators = dialect.aggregators();
        this.selectors = new Selectors(random);
    }

    /** A query whose value is an instant vector or, one time in twenty, a scalar: good for instant and range queries. */
    public String next() {
        int depth = 1 + random.nextInt(4);
        return random.nextInt(20) == 0 ? scalar(depth) : vector(depth, metric());
    }

    /** A query whose value is a range vector: good for instant queries only. */
    public String nextRange() {
        return range(1 + random.nextInt(3), metric());
    }

    private Metric metric() {
        return pick(vocabulary.metrics());
    }

    private String vector(int depth, Metric metric) {
        if (depth <= 0) {
            return selector(metric);
        }
        return switch (random.nextInt(12)) {
            case 0 -> selector(metric);
            case 1, 2, 3, 4 -> call(pick(vectorFunctions), depth, metric);
            case 5, 6, 7 -> aggregation(depth, metric);
            case 8, 9, 10 -> binary(depth, metric);
            default -> random.nextBoolean() ? "-" + operand(depth, metric) : operand(depth, metric);
        };
    }

    /** In parentheses, so that precedence does not matter. */
    private String operand(int depth, Metric metric) {
        return "(" + vector(depth - 1, metric) + ")";
    }

    private String selector(Metric metric) {
        return selectors.of(metric) + modifiers(metric);
    }

    private String modifiers(Metric metric) {
        StringBuilder text = new StringBuilder();
        if (dialect == Dialect.EXPERIMENTAL && random.nextInt(15) == 0 && metric.kind() != Kind.NATIVE_HISTOGRAM) {
            text.append(" smoothed");
        }
        return text.append(times()).toString();
    }

    private String times() {
        String at = "";
        if (random.nextInt(12) == 0 && !vocabulary.atSeconds().isEmpty()) {
            at = " @ " + (random.nextInt(3) == 0 ? pick(List.of("start()", "end()")) : pick(vocabulary.atSeconds()));
        }
        String offset = random.nextInt(8) == 0 ? " offset " + pick(OFFSETS) : "";
        return random.nextBoolean() ? at + offset : offset + at;
    }

    private String range(int depth, Metric metric) {
        if (depth > 1 && random.nextInt(4) == 0) {
            return operand(depth - 1, metric) + "[" + duration() + ":" + pick(STEPS) + "]" + times();
        }
        String extension = dialect == Dialect.EXPERIMENTAL && random.nextInt(8) == 0 ? " anchored" : "";
        return selectors.of(metric) + "[" + duration() + "]" + extension + times();
    }

    private String duration() {
        String duration = pick(RANGES);
        return dialect.hasDurationExpressions() && random.nextInt(10) == 0 ? duration + " + 30s" : duration;
    }

    private String scalar(int depth) {
        if (depth <= 0 || random.nextInt(3) == 0) {
            return random.nextInt(12) == 0 ? pick(EDGE_NUMBERS) : pick(NUMBERS);
        }
        return switch (random.nextInt(3)) {
            case 0 -> "(" + scalar(depth - 1) + " " + pick(ARITHMETIC) + " " + scalar(depth - 1) + ")";
            case 1 -> "(" + scalar(depth - 1) + " " + pick(COMPARISONS) + " bool " + scalar(depth - 1) + ")";
            default -> scalarCall(pick(scalarFunctions), depth);
        };
    }

    private String scalarCall(FunctionSignature function, int depth) {
        List<String> arguments = new ArrayList<>();
        for (ValueType type : function.argumentTypes()) {
            arguments.add(type == ValueType.VECTOR ? vector(depth - 1, metric()) : scalar(depth - 1));
        }
        return function.name() + "(" + String.join(", ", arguments) + ")";
    }

    private String call(FunctionSignature function, int depth, Metric metric) {
        return switch (function.name()) {
            case "histogram_quantile" ->
                "histogram_quantile(" + pick(FRACTIONS) + ", " + histograms(depth, metric) + ")";
            case "histogram_fraction" ->
                "histogram_fraction(0, " + pick(NUMBERS) + ", " + histograms(depth, metric) + ")";
            case "histogram_quantiles" ->
                "histogram_quantiles(" + histograms(depth, metric) + ", \"q\", 0.5, " + pick(FRACTIONS) + ")";
            case "label_replace" ->
                "label_replace(" + vector(depth - 1, metric) + ", \"" + pick(List.of("copy", label(metric)))
                        + "\", \"" + pick(List.of("$1", "x-$1", "${1}y", "", "plain")) + "\", \"" + label(metric)
                        + "\", \"" + pick(List.of("(.*)", "(.).*", ".+", "(a|b).*", "")) + "\")";
            case "label_join" ->
                "label_join(" + vector(depth - 1, metric) + ", \"joined\", \"-\", \"" + label(metric) + "\", \""
                        + label(metric) + "\")";
            case "sort_by_label", "sort_by_label_desc" ->
                function.name() + "(" + vector(depth - 1, metric) + ", \"" + label(metric) + "\")";
            case "info" -> "info(" + vector(depth - 1, metric) + ")";
            case "quantile_over_time" -> "quantile_over_time(" + pick(FRACTIONS) + ", " + range(depth, metric) + ")";
            case "double_exponential_smoothing" ->
                "double_exponential_smoothing(" + range(depth, metric) + ", 0.3, 0.6)";
            case "round" -> "round(" + vector(depth - 1, metric) + pick(List.of("", ", 0.1", ", 5")) + ")";
            case "start_timestamp" -> "start_timestamp(" + selectors.of(metric) + ")";
            default -> plainCall(function, depth, metric);
        };
    }

    private String plainCall(FunctionSignature function, int depth, Metric metric) {
        List<String> arguments = new ArrayList<>();
        for (ValueType type : function.argumentTypes()) {
            arguments.add(
                    switch (type) {
                        case VECTOR -> vector(depth - 1, metric);
                        case MATRIX -> range(depth, metric);
                        case SCALAR -> scalar(depth - 2);
                        case STRING, NONE -> "\"\"";
                    });
        }
        return function.name() + "(" + String.join(", ", arguments) + ")";
    }

    /** An operand of a function of histograms that mostly is one. */
    private String histograms(int depth, Metric metric) {
        List<Metric> histograms = vocabulary.metrics().stream()
                .filter(each -> each.kind() == Kind.BUCKETS || each.kind() == Kind.NATIVE_HISTOGRAM)
                .toList();
        if (histograms.isEmpty() || random.nextInt(8) == 0) {
            return vector(depth - 1, metric);
        }
        Metric histogram = pick(histograms);
        String rate = "rate(" + selectors.of(histogram) + "[" + pick(RANGES) + "])";
        boolean buckets = histogram.kind() == Kind.BUCKETS;
        return switch (random.nextInt(4)) {
            case 0 -> selectors.of(histogram);
            case 1 -> "sum by (" + (buckets ? "le, " : "") + label(histogram) + ") (" + rate + ")";
            default -> rate;
        };
    }

    private String aggregation(int depth, Metric metric) {
        Aggregator aggregator = pick(aggregators);
        boolean parametersFirst = random.nextBoolean();
        String grouping = grouping(metric);
        // The text of a computed value differs in its last digit from one machine to another.
        String operand = aggregator == Aggregator.COUNT_VALUES ? selector(metric) : vector(depth - 1, metric);
        String arguments = switch (aggregator) {
            case TOPK, BOTTOMK, LIMITK -> pick(List.of("1", "2", "3", "10", "0")) + ", " + operand;
            case QUANTILE -> pick(FRACTIONS) + ", " + operand;
            case LIMIT_RATIO -> pick(List.of("0.3", "-0.3", "1", "0.5")) + ", " + operand;
            case COUNT_VALUES -> "\"value\", " + operand;
            case SUM, AVG, COUNT, MIN, MAX, GROUP, STDDEV, STDVAR -> operand;
        };
        return parametersFirst
                ? aggregator.keyword() + grouping + " (" + arguments + ")"
                : aggregator.keyword() + "(" + arguments + ")" + grouping;
    }

    private String grouping(Metric metric) {
        return switch (random.nextInt(4)) {
            case 0 -> "";
            case 1 -> " without (" + labels(metric) + ")";
            default -> " by (" + labels(metric) + ")";
        };
    }

    private String binary(int depth, Metric metric) {
        String left = operand(depth, metric);
        return switch (random.nextInt(8)) {
            case 0, 1 -> left + operator() + scalar(depth - 2);
            case 2 -> scalar(depth - 2) + operator() + left;
            case 3 -> left + " " + pick(SET_OPERATORS) + " " + operand(depth, random.nextBoolean() ? metric : metric());
            case 4 -> left + " " + pick(SET_OPERATORS) + " on (" + labels(metric) + ") " + operand(depth, metric());
            case 5 -> left + operator() + operand(depth, random.nextBoolean() ? metric : metric());
            case 6 -> grouped(depth, metric);
            default -> {
                String by = labels(metric);
                yield "sum by (" + by + ") " + left + operator() + "avg by (" + by + ") "
                        + operand(depth, random.nextBoolean() ? metric : metric());
            }
        };
    }

    /** Many to one, or one to many. */
    private String grouped(int depth, Metric metric) {
        String label = label(metric);
        String many = selector(metric);
        String one = pick(List.of("sum", "max", "count")) + " by (" + label + ") " + operand(depth, metric);
        String fill = dialect == Dialect.EXPERIMENTAL && random.nextInt(3) == 0 ? " fill(0)" : "";
        return random.nextBoolean()
                ? many + operator() + "on (" + label + ") group_left ()" + fill + " " + one
                : one + operator() + "on (" + label + ") group_right ()" + fill + " " + many;
    }

    private String operator() {
        if (random.nextInt(3) > 0) {
            return " " + pick(ARITHMETIC) + " ";
        }
        return " " + pick(COMPARISONS) + (random.nextBoolean() ? " bool " : " ");
    }

    private String label(Metric metric) {
        return metric.labels().isEmpty()
                ? "none"
                : pick(List.copyOf(metric.labels().keySet()));
    }

    private String labels(Metric metric) {
        TreeSet<String> labels = new TreeSet<>();
        labels.add(label(metric));
        if (random.nextInt(3) == 0) {
            labels.add(label(metric));
        }
        return String.join(", ", labels);
    }

    private <T> T pick(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }
}
