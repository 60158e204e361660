package io.millrace.promql.storage;

import com.google.re2j.Pattern;
import org.jspecify.annotations.Nullable;

/** A condition on one label. A series without the label has the value "". Immutable. */
public final class Matcher {
    /** How the value is compared. */
    public enum Type {
        EQ("="),
        NEQ("!="),
        RE("=~"),
        NRE("!~");

        private final String symbol;

        Type(String symbol) {
            this.symbol = symbol;
        }

        public String symbol() {
            return symbol;
        }
    }

    private final Type type;
    private final String name;
    private final String value;
    private final @Nullable Pattern pattern;

    private Matcher(Type type, String name, String value, @Nullable Pattern pattern) {
        this.type = type;
        this.name = name;
        this.value = value;
        this.pattern = pattern;
    }

    /**
     * Regular expressions are anchored at both ends, and {@code .} matches a newline.
     *
     * @throws com.google.re2j.PatternSyntaxException when the value is not an RE2 expression
     */
    public static Matcher of(Type type, String name, String value) {
        boolean regex = type == Type.RE || type == Type.NRE;
        return new Matcher(type, name, value, regex ? Pattern.compile("^(?s:" + value + ")$") : null);
    }

    public Type type() {
        return type;
    }

    public String name() {
        return name;
    }

    public String value() {
        return value;
    }

    /** Whether a label value fulfils the condition; "" for a label that a series does not have. */
    public boolean matches(String labelValue) {
        return switch (type) {
            case EQ -> labelValue.equals(value);
            case NEQ -> !labelValue.equals(value);
            case RE -> matchesPattern(labelValue);
            case NRE -> !matchesPattern(labelValue);
        };
    }

    private boolean matchesPattern(String labelValue) {
        return pattern != null && pattern.matches(labelValue);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Matcher that && type == that.type && name.equals(that.name) && value.equals(that.value);
    }

    @Override
    public int hashCode() {
        return (type.hashCode() * 31 + name.hashCode()) * 31 + value.hashCode();
    }

    @Override
    public String toString() {
        return name + type.symbol() + '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
