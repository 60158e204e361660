package io.millrace.promql.parse;

import com.google.re2j.PatternSyntaxException;
import io.millrace.model.Labels;
import io.millrace.promql.ast.PositionRange;
import io.millrace.promql.ast.VectorSelector;
import io.millrace.promql.format.GoString;
import io.millrace.promql.format.RawBytes;
import io.millrace.promql.lex.StringLiterals;
import io.millrace.promql.lex.Token;
import io.millrace.promql.lex.TokenType;
import io.millrace.promql.storage.Matcher;
import java.util.ArrayList;
import java.util.List;

/** Selectors of series, metric descriptions, and lists of labels. */
final class SelectorParser {
    private static final String MATCHING = "label matching";
    private static final String GROUPING = "grouping opts";

    private final TokenStream tokens;

    SelectorParser(TokenStream tokens) {
        this.tokens = tokens;
    }

    /** {@code name}, {@code name{...}} or {@code {...}}. */
    VectorSelector selector() {
        String name = "";
        PositionRange position = tokens.current().position();
        List<Matcher> matchers = new ArrayList<>();
        if (!tokens.is(TokenType.LEFT_BRACE)) {
            if (!tokens.type().isMetricName()) {
                throw tokens.unexpected();
            }
            name = tokens.take().text();
        }
        if (tokens.is(TokenType.LEFT_BRACE)) {
            position = PositionRange.between(position, matchers(matchers));
        }
        if (!name.isEmpty()) {
            matchers.add(Matcher.of(Matcher.Type.EQ, Labels.METRIC_NAME, name));
        }
        return new VectorSelector(name, matchers, 0, null, null, VectorSelector.Extension.NONE, false, position);
    }

    /** Reads what is in braces; gives the position of the closing one. */
    private PositionRange matchers(List<Matcher> matchers) {
        tokens.take();
        while (!tokens.is(TokenType.RIGHT_BRACE)) {
            matchers.add(matcher());
            if (!tokens.accept(TokenType.COMMA) && !tokens.is(TokenType.RIGHT_BRACE)) {
                throw tokens.unexpected(MATCHING, "\",\" or \"}\"");
            }
        }
        return tokens.take().position();
    }

    private Matcher matcher() {
        Token label = tokens.current();
        boolean quoted = label.type() == TokenType.STRING;
        if (!quoted && label.type() != TokenType.IDENTIFIER) {
            throw tokens.unexpected(MATCHING, "identifier or \"}\"");
        }
        tokens.take();
        String name = quoted ? StringLiterals.unquote(label.text()) : label.text();
        Matcher.Type type = switch (tokens.type()) {
            case EQUAL -> Matcher.Type.EQ;
            case NEQ -> Matcher.Type.NEQ;
            case EQUAL_REGEX -> Matcher.Type.RE;
            case NOT_EQUAL_REGEX -> Matcher.Type.NRE;
            default -> {
                if (quoted) {
                    yield null;
                }
                throw tokens.unexpected(MATCHING, "label matching operator");
            }
        };
        if (type == null) {
            return Matcher.of(Matcher.Type.EQ, Labels.METRIC_NAME, name);
        }
        tokens.take();
        if (!tokens.is(TokenType.STRING)) {
            throw tokens.unexpected(MATCHING, "string");
        }
        Token value = tokens.take();
        try {
            return Matcher.of(type, name, StringLiterals.unquote(value.text()));
        } catch (PatternSyntaxException e) {
            throw tokens.error(
                    PositionRange.between(label.position(), value.position()), String.valueOf(e.getMessage()));
        }
    }

    /** The labels of a series as they stand in exposition: {@code name{label="value"}}. */
    Labels metric() {
        Labels.Builder labels = Labels.builder();
        String name = "";
        if (tokens.type().isMetricName()) {
            name = tokens.take().text();
        }
        if (tokens.accept(TokenType.LEFT_BRACE)) {
            while (!tokens.is(TokenType.RIGHT_BRACE)) {
                label(labels);
                if (!tokens.accept(TokenType.COMMA) && !tokens.is(TokenType.RIGHT_BRACE)) {
                    throw tokens.unexpected("label set", "\",\" or \"}\"");
                }
            }
            tokens.take();
        }
        if (!name.isEmpty()) {
            labels.set(Labels.METRIC_NAME, name);
        }
        return labels.build();
    }

    private void label(Labels.Builder labels) {
        Token label = tokens.current();
        boolean quoted = label.type() == TokenType.STRING;
        if (!quoted && label.type() != TokenType.IDENTIFIER) {
            throw tokens.unexpected("label set", "identifier or \"}\"");
        }
        tokens.take();
        String name = quoted ? StringLiterals.unquote(label.text()) : label.text();
        if (!tokens.accept(TokenType.EQUAL)) {
            if (quoted) {
                labels.set(Labels.METRIC_NAME, name);
                return;
            }
            throw tokens.unexpected("label set", "\"=\"");
        }
        if (!tokens.is(TokenType.STRING)) {
            throw tokens.unexpected("label set", "string");
        }
        labels.set(name, StringLiterals.unquote(tokens.take().text()));
    }

    /** {@code (a, b)}. */
    List<String> labelNames() {
        if (!tokens.accept(TokenType.LEFT_PAREN)) {
            throw tokens.unexpected(GROUPING, "\"(\"");
        }
        List<String> names = new ArrayList<>();
        while (!tokens.is(TokenType.RIGHT_PAREN)) {
            names.add(labelName());
            if (!tokens.accept(TokenType.COMMA) && !tokens.is(TokenType.RIGHT_PAREN)) {
                throw tokens.unexpected(GROUPING, "\",\" or \")\"");
            }
        }
        tokens.take();
        return names;
    }

    private String labelName() {
        Token label = tokens.current();
        boolean quoted = label.type() == TokenType.STRING;
        if (!quoted && !label.type().isLabelName()) {
            throw tokens.unexpected(GROUPING, "label");
        }
        tokens.take();
        String name = quoted ? StringLiterals.unquote(label.text()) : label.text();
        if (name.isEmpty() || !RawBytes.isUtf8(name)) {
            throw tokens.error(label.position(), "invalid label name for grouping: " + GoString.quote(name));
        }
        return name;
    }
}
