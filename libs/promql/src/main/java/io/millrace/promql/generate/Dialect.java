package io.millrace.promql.generate;

import io.millrace.promql.ast.Aggregator;
import io.millrace.promql.ast.FunctionSignature;
import io.millrace.promql.ast.Functions;
import io.millrace.promql.ast.ValueType;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What a server that is to answer understands. */
public enum Dialect {
    /** Prometheus 2.42, without feature flags: nothing that came later or has changed its meaning since. */
    PROMETHEUS_2,
    /** Prometheus 3.14 without feature flags. */
    STABLE,
    /** Prometheus 3.14 with all feature flags of PromQL. */
    EXPERIMENTAL;

    /** Functions that 2.42 lacks, or that see only native histograms there. */
    private static final Set<String> SINCE_2 = Set.of(
            "first_over_time",
            "histogram_avg",
            "histogram_count",
            "histogram_fraction",
            "histogram_stddev",
            "histogram_stdvar",
            "histogram_sum");

    List<FunctionSignature> functions(ValueType returned) {
        return Functions.all().stream()
                .filter(function -> function.returnType() == returned)
                .filter(this::understands)
                .toList();
    }

    private boolean understands(FunctionSignature function) {
        return switch (this) {
            case PROMETHEUS_2 -> !function.experimental() && !SINCE_2.contains(function.name());
            case STABLE -> !function.experimental();
            case EXPERIMENTAL -> true;
        };
    }

    List<Aggregator> aggregators() {
        return Stream.of(Aggregator.values())
                .filter(aggregator -> this == EXPERIMENTAL || !aggregator.experimental())
                .toList();
    }

    boolean hasDurationExpressions() {
        return this != PROMETHEUS_2;
    }
}
