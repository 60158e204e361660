package io.millrace.promql.ast;

import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The aggregations over the series of a vector. */
public enum Aggregator {
    SUM(ValueType.NONE, false),
    AVG(ValueType.NONE, false),
    COUNT(ValueType.NONE, false),
    MIN(ValueType.NONE, false),
    MAX(ValueType.NONE, false),
    GROUP(ValueType.NONE, false),
    STDDEV(ValueType.NONE, false),
    STDVAR(ValueType.NONE, false),
    TOPK(ValueType.SCALAR, false),
    BOTTOMK(ValueType.SCALAR, false),
    COUNT_VALUES(ValueType.STRING, false),
    QUANTILE(ValueType.SCALAR, false),
    LIMITK(ValueType.SCALAR, true),
    LIMIT_RATIO(ValueType.SCALAR, true);

    private static final Map<String, Aggregator> BY_NAME =
            Stream.of(values()).collect(Collectors.toUnmodifiableMap(Aggregator::keyword, Function.identity()));

    private final ValueType parameterType;
    private final boolean experimental;

    Aggregator(ValueType parameterType, boolean experimental) {
        this.parameterType = parameterType;
        this.experimental = experimental;
    }

    /** The aggregation of a keyword in lower case, or null. */
    public static @Nullable Aggregator of(String keyword) {
        return BY_NAME.get(keyword);
    }

    /** As written in a query. */
    public String keyword() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether it takes a parameter before the vector. */
    public boolean hasParameter() {
        return parameterType != ValueType.NONE;
    }

    /** The type of the parameter; {@link ValueType#NONE} where there is none. */
    public ValueType parameterType() {
        return parameterType;
    }

    /** Whether it needs the switch for experimental functions. */
    public boolean experimental() {
        return experimental;
    }
}
