package io.millrace.promql.storage;

import io.millrace.promql.format.GoString;
import java.util.Set;
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
    private final @Nullable LabelRegex regex;

    private Matcher(Type type, String name, String value, @Nullable LabelRegex regex) {
        this.type = type;
        this.name = name;
        this.value = value;
        this.regex = regex;
    }

    /**
     * Regular expressions are anchored at both ends, and {@code .} matches a newline.
     *
     * @throws com.google.re2j.PatternSyntaxException when the value is not an RE2 expression
     */
    public static Matcher of(Type type, String name, String value) {
        boolean isRegex = type == Type.RE || type == Type.NRE;
        return new Matcher(type, name, value, isRegex ? LabelRegex.compile(value) : null);
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
            case RE -> matchesRegex(labelValue);
            case NRE -> !matchesRegex(labelValue);
        };
    }

    private boolean matchesRegex(String labelValue) {
        return regex != null && regex.matches(labelValue);
    }

    /**
     * The only values that fulfil the condition, where they can be listed: for {@code =}, and for {@code =~} with a list of
     * values. Null otherwise. "" stands for series without the label.
     */
    public @Nullable Set<String> values() {
        return switch (type) {
            case EQ -> Set.of(value);
            case RE -> regex == null ? null : regex.values();
            case NEQ, NRE -> null;
        };
    }

    /** What every value that fulfils the condition begins with; "" when nothing is known. */
    public String prefix() {
        return switch (type) {
            case EQ -> value;
            case RE -> regex == null ? "" : regex.prefix();
            case NEQ, NRE -> "";
        };
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Matcher that && type == that.type && name.equals(that.name) && value.equals(that.value);
    }

    @Override
    public int hashCode() {
        return (type.hashCode() * 31 + name.hashCode()) * 31 + value.hashCode();
    }

    /** As in a query, the name quoted where it must be. */
    @Override
    public String toString() {
        return (isPlain(name) ? name : GoString.quote(name)) + type.symbol() + GoString.quote(value);
    }

    private static boolean isPlain(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_';
            if (!letter && !(i > 0 && c >= '0' && c <= '9')) {
                return false;
            }
        }
        return !name.isEmpty();
    }
}
