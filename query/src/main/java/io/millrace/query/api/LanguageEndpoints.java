package io.millrace.query.api;

import io.millrace.promql.ast.Expr;
import io.millrace.promql.parse.ParseException;
import io.millrace.promql.print.PrettyPrinter;
import io.millrace.promql.print.TreeJson;
import io.millrace.query.http.ApiAnswer;
import io.millrace.query.http.ApiException;
import io.millrace.query.http.ApiRequest;

/** {@code format_query} and {@code parse_query}: about the text of a query, not about data. */
public final class LanguageEndpoints {
    private final PromqlAccess access;

    public LanguageEndpoints(PromqlAccess access) {
        this.access = access;
    }

    public ApiAnswer format(ApiRequest request) {
        String pretty = PrettyPrinter.print(expression(request));
        return ApiAnswer.data(json -> ResultJson.writeText(json, pretty));
    }

    public ApiAnswer parse(ApiRequest request) {
        Expr expression = expression(request);
        return ApiAnswer.data(json -> TreeJson.write(expression, json));
    }

    private Expr expression(ApiRequest request) {
        try {
            return access.parser().parse(request.parameters().get("query"));
        } catch (ParseException e) {
            throw ApiException.invalidParameter("query", String.valueOf(e.getMessage()));
        }
    }
}
