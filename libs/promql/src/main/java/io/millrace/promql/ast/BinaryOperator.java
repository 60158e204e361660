package io.millrace.promql.ast;

/** The operators between two expressions. */
public enum BinaryOperator {
    ADD("+", Kind.ARITHMETIC),
    SUB("-", Kind.ARITHMETIC),
    MUL("*", Kind.ARITHMETIC),
    DIV("/", Kind.ARITHMETIC),
    MOD("%", Kind.ARITHMETIC),
    POW("^", Kind.ARITHMETIC),
    ATAN2("atan2", Kind.ARITHMETIC),
    EQL("==", Kind.COMPARISON),
    NEQ("!=", Kind.COMPARISON),
    LSS("<", Kind.COMPARISON),
    GTR(">", Kind.COMPARISON),
    LTE("<=", Kind.COMPARISON),
    GTE(">=", Kind.COMPARISON),
    /** Keeps the part of a histogram below a number. */
    TRIM_UPPER("</", Kind.TRIM),
    /** Keeps the part of a histogram above a number. */
    TRIM_LOWER(">/", Kind.TRIM),
    AND("and", Kind.SET),
    OR("or", Kind.SET),
    UNLESS("unless", Kind.SET);

    private enum Kind {
        ARITHMETIC,
        COMPARISON,
        TRIM,
        SET
    }

    private final String symbol;
    private final Kind kind;

    BinaryOperator(String symbol, Kind kind) {
        this.symbol = symbol;
        this.kind = kind;
    }

    /** As written in a query. */
    public String symbol() {
        return symbol;
    }

    /** {@code ==, !=, <, >, <=, >=}. */
    public boolean isComparison() {
        return kind == Kind.COMPARISON;
    }

    /** {@code and, or, unless}. */
    public boolean isSet() {
        return kind == Kind.SET;
    }

    /** {@code </, >/}. */
    public boolean isTrim() {
        return kind == Kind.TRIM;
    }
}
