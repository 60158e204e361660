package io.millrace.query.api;

import io.millrace.promql.engine.PromqlEngine;
import io.millrace.promql.parse.ParseException;
import io.millrace.promql.parse.PromqlParser;
import io.millrace.promql.storage.Matcher;
import io.millrace.query.http.ApiException;
import io.millrace.query.http.ApiRequest;
import io.millrace.query.read.QueryScope;
import io.millrace.query.read.SampleSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * What the endpoints that read data have in common: the engine, the source of samples, the clock, and how a request
 * becomes the scope of a query. Thread-safe.
 *
 * @param parser for {@code match[]}, with the same switches as the engine
 * @param clockMs wall clock, ms since 1970
 */
public record PromqlAccess(PromqlEngine engine, PromqlParser parser, SampleSource source, LongSupplier clockMs) {

    /** The scope of a query that may run until the deadline of its request, or a shorter one. */
    QueryScope scope(ApiRequest request, long timeoutMs) {
        long deadline = Math.min(request.deadlineNanos(), request.arrivedNanos() + timeoutMs * 1_000_000);
        return new QueryScope(
                request.instance().id(),
                oldestMs(request),
                newestMs(),
                deadline,
                request.memory(),
                request.cancelled(),
                System::nanoTime);
    }

    QueryScope scope(ApiRequest request) {
        return scope(request, engine.options().timeout().toMillis());
    }

    /** Older samples are past the retention of the instance. */
    long oldestMs(ApiRequest request) {
        return clockMs.getAsLong()
                - Duration.ofDays(request.instance().retentionDays()).toMillis();
    }

    /** Later samples cannot have been accepted: limits of instances on the future are hours. */
    long newestMs() {
        return clockMs.getAsLong() + Duration.ofDays(2).toMillis();
    }

    /** The selectors of {@code match[]}. */
    List<List<Matcher>> matchers(ApiRequest request) {
        List<List<Matcher>> all = new ArrayList<>();
        for (String selector : request.parameters().all("match[]")) {
            List<Matcher> matchers = matchers("match[]", selector);
            if (matchers.stream().allMatch(matcher -> matcher.matches(""))) {
                throw ApiException.invalidParameter("match[]", "match[] must contain at least one non-empty matcher");
            }
            all.add(matchers);
        }
        return all;
    }

    private List<Matcher> matchers(String parameter, String selector) {
        try {
            return parser.parseSelector(selector);
        } catch (ParseException e) {
            throw ApiException.invalidParameter(parameter, String.valueOf(e.getMessage()));
        }
    }
}
