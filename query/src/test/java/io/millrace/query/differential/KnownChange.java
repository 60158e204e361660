package io.millrace.query.differential;

import io.millrace.promql.ast.AggregateExpr;
import io.millrace.promql.ast.Aggregator;
import io.millrace.promql.ast.BinaryExpr;
import io.millrace.promql.ast.BinaryOperator;
import io.millrace.promql.ast.Call;
import io.millrace.promql.ast.Expr;
import io.millrace.promql.ast.SubqueryExpr;
import io.millrace.promql.ast.VectorSelector;
import io.millrace.promql.parse.ParseException;
import io.millrace.promql.parse.ParserOptions;
import io.millrace.promql.parse.PromqlParser;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Predicate;

/** Where Prometheus 2.42 answers otherwise than 3.x on purpose; Millrace follows 3.x. */
enum KnownChange {
    /** 2.42 keeps the metric name of {@code atan2}; 3.0 drops it, as of all arithmetic. */
    NAME_OF_ATAN2(e -> e instanceof BinaryExpr binary && binary.operator() == BinaryOperator.ATAN2, "__name__"),

    /** The deviation of one infinite value is 0 in 2.42 and NaN since 3.0, as it is of several. */
    DEVIATION_OF_INFINITY(
            e -> e instanceof AggregateExpr aggregate
                    && (aggregate.aggregator() == Aggregator.STDDEV || aggregate.aggregator() == Aggregator.STDVAR),
            "NaN"),

    /** Which of equal values a ranking keeps is open; it is the order of the store, and the stores are two. */
    EQUALS_IN_A_RANKING(
            e -> e instanceof AggregateExpr aggregate
                    && (aggregate.aggregator() == Aggregator.TOPK || aggregate.aggregator() == Aggregator.BOTTOMK),
            "only of"),

    /** Of dates that are no dates, such as of infinity, we say NaN; there the arithmetic of integers wraps. */
    DATES_OUT_OF_RANGE(
            e -> e instanceof Call call
                    && Set.of(
                                    "minute",
                                    "hour",
                                    "month",
                                    "year",
                                    "day_of_month",
                                    "day_of_week",
                                    "day_of_year",
                                    "days_in_month")
                            .contains(call.function().name()),
            "ours NaN"),

    /** Label names may be any text since 3.0. */
    LABEL_NAMES_ARE_TEXT(e -> e instanceof Call call && call.function().name().startsWith("label_"), "invalid"),

    /**
     * Ranges include their beginning in 2.42. A subquery within a subquery is evaluated at whole steps, where the beginning
     * of its own range is a whole step too.
     */
    NESTED_SUBQUERY(
            e -> e instanceof SubqueryExpr outer && contains(outer.inner(), SubqueryExpr.class::isInstance), ""),

    /** Over a range 2.42 has only the first step of predict_linear of a window that {@code @} holds in place. */
    PREDICTION_FROM_A_FIXED_WINDOW(
            e -> e instanceof Call call
                    && call.function().name().equals("predict_linear")
                    && contains(call, part -> part instanceof VectorSelector selector && selector.at() != null),
            "over a range"),

    /**
     * A counter is extended to where it would be zero, where that is nearer than half the distance of samples; 2.42 also
     * where it is further. Only a series with gaps shows it.
     */
    ZERO_OF_A_COUNTER(
            e -> e instanceof Call call
                    && Set.of("rate", "increase").contains(call.function().name())
                    && contains(
                            call,
                            part -> part instanceof VectorSelector selector
                                    && selector.name().equals("demo_gappy")),
            "ours");

    private static final PromqlParser PARSER = new PromqlParser(ParserOptions.STABLE);

    private final Predicate<Expr> concerns;
    private final String sign;

    /**
     * @param concerns whether a part of a query can be answered differently
     * @param sign what the difference then says
     */
    KnownChange(Predicate<Expr> concerns, String sign) {
        this.concerns = concerns;
        this.sign = sign;
    }

    /** The changes that explain a difference. */
    static Set<KnownChange> explaining(String query, String difference) {
        Set<KnownChange> all = EnumSet.noneOf(KnownChange.class);
        try {
            Expr expression = PARSER.parse(query);
            for (KnownChange change : values()) {
                if (difference.contains(change.sign) && contains(expression, change.concerns)) {
                    all.add(change);
                }
            }
        } catch (ParseException e) {
            // What we refuse, no change explains.
        }
        return all;
    }

    private static boolean contains(Expr expression, Predicate<Expr> wanted) {
        return wanted.test(expression) || expression.children().stream().anyMatch(child -> contains(child, wanted));
    }
}
