package io.millrace.promql.parse;

import io.millrace.model.Labels;
import io.millrace.promql.ast.Expr;
import io.millrace.promql.ast.PositionRange;
import io.millrace.promql.lex.TokenType;
import io.millrace.promql.storage.Matcher;
import java.util.List;

/** Parses PromQL. Immutable and thread-safe; every error is a {@link ParseException}. */
public final class PromqlParser {
    /** Bytes of a query at most. Grafana's largest generated queries are a tenth of it. */
    public static final int MAX_LENGTH = 128 << 10;

    private final ParserOptions options;

    public PromqlParser(ParserOptions options) {
        this.options = options;
    }

    /** The type-checked tree of a query. */
    public Expr parse(String query) {
        TokenStream tokens = tokens(query);
        return new TypeCheck(tokens).check(new ExpressionParser(tokens, options).query());
    }

    /** The conditions of a selector such as {@code up{job="x"}}, as {@code match[]} of the HTTP API has them. */
    public List<Matcher> parseSelector(String selector) {
        TokenStream tokens = tokens(selector);
        List<Matcher> matchers = new SelectorParser(tokens).selector().matchers();
        tokens.expect(TokenType.EOF);
        return matchers;
    }

    /** The labels of a series such as {@code up{job="x"}}. */
    public Labels parseMetric(String metric) {
        TokenStream tokens = tokens(metric);
        Labels labels = new SelectorParser(tokens).metric();
        tokens.expect(TokenType.EOF);
        return labels;
    }

    private static TokenStream tokens(String text) {
        if (text.length() > MAX_LENGTH) {
            throw new ParseException(
                    text, PositionRange.NONE, "query is too long, " + MAX_LENGTH + " bytes are the limit");
        }
        return new TokenStream(text);
    }
}
