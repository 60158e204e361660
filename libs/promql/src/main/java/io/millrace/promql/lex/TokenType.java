package io.millrace.promql.lex;

import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The kinds of tokens. The order of kinds within a group means nothing. */
public enum TokenType {
    EOF(Group.VARIABLE, "end of input"),
    ERROR(Group.VARIABLE, "error"),
    IDENTIFIER(Group.VARIABLE, "identifier"),
    /** An identifier with a colon: a metric name only. */
    METRIC_IDENTIFIER(Group.VARIABLE, "metric identifier"),
    STRING(Group.VARIABLE, "string"),
    NUMBER(Group.VARIABLE, "number"),
    DURATION(Group.VARIABLE, "duration"),

    LEFT_PAREN(Group.PUNCTUATION, "("),
    RIGHT_PAREN(Group.PUNCTUATION, ")"),
    LEFT_BRACE(Group.PUNCTUATION, "{"),
    RIGHT_BRACE(Group.PUNCTUATION, "}"),
    LEFT_BRACKET(Group.PUNCTUATION, "["),
    RIGHT_BRACKET(Group.PUNCTUATION, "]"),
    COMMA(Group.PUNCTUATION, ","),
    EQUAL(Group.PUNCTUATION, "="),
    COLON(Group.PUNCTUATION, ":"),

    ADD(Group.OPERATOR, "+"),
    SUB(Group.OPERATOR, "-"),
    MUL(Group.OPERATOR, "*"),
    DIV(Group.OPERATOR, "/"),
    MOD(Group.OPERATOR, "%"),
    POW(Group.OPERATOR, "^"),
    ATAN2(Group.OPERATOR, "atan2"),
    EQL(Group.OPERATOR, "=="),
    NEQ(Group.OPERATOR, "!="),
    LSS(Group.OPERATOR, "<"),
    GTR(Group.OPERATOR, ">"),
    LTE(Group.OPERATOR, "<="),
    GTE(Group.OPERATOR, ">="),
    TRIM_UPPER(Group.OPERATOR, "</"),
    TRIM_LOWER(Group.OPERATOR, ">/"),
    EQUAL_REGEX(Group.OPERATOR, "=~"),
    NOT_EQUAL_REGEX(Group.OPERATOR, "!~"),
    AND(Group.OPERATOR, "and"),
    OR(Group.OPERATOR, "or"),
    UNLESS(Group.OPERATOR, "unless"),
    AT(Group.OPERATOR, "@"),

    AVG(Group.AGGREGATOR, "avg"),
    BOTTOMK(Group.AGGREGATOR, "bottomk"),
    COUNT(Group.AGGREGATOR, "count"),
    COUNT_VALUES(Group.AGGREGATOR, "count_values"),
    GROUP(Group.AGGREGATOR, "group"),
    LIMITK(Group.AGGREGATOR, "limitk"),
    LIMIT_RATIO(Group.AGGREGATOR, "limit_ratio"),
    MAX(Group.AGGREGATOR, "max"),
    MIN(Group.AGGREGATOR, "min"),
    QUANTILE(Group.AGGREGATOR, "quantile"),
    STDDEV(Group.AGGREGATOR, "stddev"),
    STDVAR(Group.AGGREGATOR, "stdvar"),
    SUM(Group.AGGREGATOR, "sum"),
    TOPK(Group.AGGREGATOR, "topk"),

    ANCHORED(Group.KEYWORD, "anchored"),
    BOOL(Group.KEYWORD, "bool"),
    BY(Group.KEYWORD, "by"),
    FILL(Group.KEYWORD, "fill"),
    FILL_LEFT(Group.KEYWORD, "fill_left"),
    FILL_RIGHT(Group.KEYWORD, "fill_right"),
    GROUP_LEFT(Group.KEYWORD, "group_left"),
    GROUP_RIGHT(Group.KEYWORD, "group_right"),
    IGNORING(Group.KEYWORD, "ignoring"),
    OFFSET(Group.KEYWORD, "offset"),
    ON(Group.KEYWORD, "on"),
    SMOOTHED(Group.KEYWORD, "smoothed"),
    WITHOUT(Group.KEYWORD, "without"),

    START(Group.PREPROCESSOR, "start"),
    END(Group.PREPROCESSOR, "end"),
    STEP(Group.PREPROCESSOR, "step"),
    RANGE(Group.PREPROCESSOR, "range"),
    MIN_OF(Group.PREPROCESSOR, "min_of"),
    MAX_OF(Group.PREPROCESSOR, "max_of");

    enum Group {
        /** The text differs from token to token. */
        VARIABLE,
        PUNCTUATION,
        OPERATOR,
        AGGREGATOR,
        KEYWORD,
        /** Words with a value that is known before the query runs. */
        PREPROCESSOR
    }

    private static final Map<String, TokenType> WORDS = Stream.of(values())
            .filter(type -> type.group != Group.VARIABLE && Character.isLetter(type.text.charAt(0)))
            .collect(Collectors.toUnmodifiableMap(type -> type.text, Function.identity()));

    private final Group group;
    private final String text;

    TokenType(Group group, String text) {
        this.group = group;
        this.text = text;
    }

    /** The type of a reserved word in any case, or null. Infinity and not-a-number are numbers. */
    static @Nullable TokenType ofWord(String word) {
        String lower = word.toLowerCase(Locale.ROOT);
        return lower.equals("inf") || lower.equals("nan") ? NUMBER : WORDS.get(lower);
    }

    Group group() {
        return group;
    }

    /** The text of a fixed token, the description of a variable one. */
    public String text() {
        return text;
    }

    public boolean isAggregator() {
        return group == Group.AGGREGATOR;
    }

    /** Whether the token may be the name of a metric. */
    public boolean isMetricName() {
        return switch (this) {
            case IDENTIFIER, METRIC_IDENTIFIER, AND, OR, UNLESS, BY, WITHOUT, OFFSET -> true;
            case ANCHORED, SMOOTHED, FILL, FILL_LEFT, FILL_RIGHT -> true;
            default -> group == Group.AGGREGATOR || group == Group.PREPROCESSOR;
        };
    }

    /** Whether the token may be a label in {@code by}, {@code on} and the like. */
    public boolean isLabelName() {
        return isMetricName() || group == Group.KEYWORD || this == ATAN2;
    }
}
