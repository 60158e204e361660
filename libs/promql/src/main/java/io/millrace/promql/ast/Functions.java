package io.millrace.promql.ast;

import static io.millrace.promql.ast.ValueType.MATRIX;
import static io.millrace.promql.ast.ValueType.SCALAR;
import static io.millrace.promql.ast.ValueType.STRING;
import static io.millrace.promql.ast.ValueType.VECTOR;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The functions of PromQL 3.14: 73 stable and 17 experimental ones. */
public final class Functions {
    private static final int REPEATS = -1;
    /** {@code histogram_quantiles} takes one to ten quantiles. */
    private static final int MORE_QUANTILES = 9;

    private static final Map<String, FunctionSignature> BY_NAME = table();

    private Functions() {}

    /** The function of that name, or null. */
    public static @Nullable FunctionSignature find(String name) {
        return BY_NAME.get(name);
    }

    /** All functions, by name. */
    public static Collection<FunctionSignature> all() {
        return BY_NAME.values();
    }

    private static Map<String, FunctionSignature> table() {
        Table table = new Table();
        table.stable(
                VECTOR,
                0,
                List.of(VECTOR),
                List.of(
                        "abs",
                        "absent",
                        "acos",
                        "acosh",
                        "asin",
                        "asinh",
                        "atan",
                        "atanh",
                        "ceil",
                        "cos",
                        "cosh",
                        "deg",
                        "exp",
                        "floor",
                        "histogram_avg",
                        "histogram_count",
                        "histogram_stddev",
                        "histogram_stdvar",
                        "histogram_sum",
                        "ln",
                        "log10",
                        "log2",
                        "rad",
                        "sgn",
                        "sin",
                        "sinh",
                        "sort",
                        "sort_desc",
                        "sqrt",
                        "tan",
                        "tanh",
                        "timestamp"));
        table.stable(
                VECTOR,
                0,
                List.of(MATRIX),
                List.of(
                        "absent_over_time",
                        "avg_over_time",
                        "changes",
                        "count_over_time",
                        "delta",
                        "deriv",
                        "first_over_time",
                        "idelta",
                        "increase",
                        "irate",
                        "last_over_time",
                        "max_over_time",
                        "min_over_time",
                        "present_over_time",
                        "rate",
                        "resets",
                        "stddev_over_time",
                        "stdvar_over_time",
                        "sum_over_time"));
        table.stable(
                VECTOR,
                1,
                List.of(VECTOR),
                List.of(
                        "day_of_month",
                        "day_of_week",
                        "day_of_year",
                        "days_in_month",
                        "hour",
                        "minute",
                        "month",
                        "year"));
        table.stable(VECTOR, 0, List.of(VECTOR, SCALAR, SCALAR), List.of("clamp"));
        table.stable(VECTOR, 0, List.of(VECTOR, SCALAR), List.of("clamp_max", "clamp_min"));
        table.stable(VECTOR, 0, List.of(SCALAR, SCALAR, VECTOR), List.of("histogram_fraction"));
        table.stable(VECTOR, 0, List.of(SCALAR, VECTOR), List.of("histogram_quantile"));
        table.stable(VECTOR, REPEATS, List.of(VECTOR, STRING, STRING, STRING), List.of("label_join"));
        table.stable(VECTOR, 0, List.of(VECTOR, STRING, STRING, STRING, STRING), List.of("label_replace"));
        table.stable(VECTOR, 0, List.of(MATRIX, SCALAR), List.of("predict_linear"));
        table.stable(VECTOR, 0, List.of(SCALAR, MATRIX), List.of("quantile_over_time"));
        table.stable(VECTOR, 1, List.of(VECTOR, SCALAR), List.of("round"));
        table.stable(VECTOR, 0, List.of(SCALAR), List.of("vector"));
        table.stable(SCALAR, 0, List.of(VECTOR), List.of("scalar"));
        table.stable(SCALAR, 0, List.of(), List.of("pi", "time"));

        table.experimental(SCALAR, 0, List.of(), List.of("end", "range", "start", "step"));
        table.experimental(SCALAR, 0, List.of(SCALAR, SCALAR), List.of("max_of", "min_of"));
        table.experimental(VECTOR, 0, List.of(MATRIX, SCALAR, SCALAR), List.of("double_exponential_smoothing"));
        table.experimental(
                VECTOR, MORE_QUANTILES, List.of(VECTOR, STRING, SCALAR, SCALAR), List.of("histogram_quantiles"));
        table.experimental(VECTOR, 1, List.of(VECTOR, VECTOR), List.of("info"));
        table.experimental(VECTOR, REPEATS, List.of(VECTOR, STRING), List.of("sort_by_label", "sort_by_label_desc"));
        table.experimental(VECTOR, 0, List.of(VECTOR), List.of("start_timestamp"));
        table.experimental(
                VECTOR,
                0,
                List.of(MATRIX),
                List.of(
                        "mad_over_time",
                        "ts_of_first_over_time",
                        "ts_of_last_over_time",
                        "ts_of_max_over_time",
                        "ts_of_min_over_time"));
        return table.functions;
    }

    private static final class Table {
        private final Map<String, FunctionSignature> functions = new TreeMap<>();

        void stable(ValueType returns, int variadic, List<ValueType> arguments, List<String> names) {
            names.forEach(
                    name -> functions.put(name, new FunctionSignature(name, arguments, variadic, returns, false)));
        }

        void experimental(ValueType returns, int variadic, List<ValueType> arguments, List<String> names) {
            names.forEach(name -> functions.put(name, new FunctionSignature(name, arguments, variadic, returns, true)));
        }
    }
}
