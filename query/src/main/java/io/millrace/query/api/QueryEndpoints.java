package io.millrace.query.api;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.promql.engine.QueryException;
import io.millrace.promql.engine.QueryOptions;
import io.millrace.promql.engine.QueryResult;
import io.millrace.promql.engine.QueryValue;
import io.millrace.promql.engine.QueryValue.Matrix;
import io.millrace.promql.engine.QueryValue.Vector;
import io.millrace.promql.parse.ParseException;
import io.millrace.query.http.ApiAnswer;
import io.millrace.query.http.ApiException;
import io.millrace.query.http.ApiRequest;
import io.millrace.query.http.Parameters;
import io.millrace.query.read.QueryScope;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code query} and {@code query_range}. */
public final class QueryEndpoints {
    private static final int MOST_STEPS = 11_000;

    private final PromqlAccess access;
    private final QueryMeters meters;

    public QueryEndpoints(PromqlAccess access, QueryMeters meters) {
        this.access = access;
        this.meters = meters;
    }

    /** {@code query, time, timeout, limit, lookback_delta, stats, max_source_resolution}. */
    public ApiAnswer instant(ApiRequest request) {
        Parameters parameters = request.parameters();
        int limit = Values.limit(parameters);
        long time = Values.time(parameters, "time", access.clockMs().getAsLong());
        Timing timing = new Timing(request);
        QueryScope scope = access.scope(request, timeoutMs(parameters));
        QueryOptions options = options(scope, parameters, timing);
        String query = parameters.get("query");
        QueryResult result =
                run(() -> access.engine().instantQuery(access.source().queryable(scope), query, time, options));
        return answer(parameters, scope, result, limit, timing);
    }

    /** {@code query, start, end, step, timeout, limit, lookback_delta, stats, max_source_resolution}. */
    public ApiAnswer range(ApiRequest request) {
        Parameters parameters = request.parameters();
        int limit = Values.limit(parameters);
        long start = Values.time(parameters, "start");
        long end = Values.time(parameters, "end");
        if (end < start) {
            throw ApiException.invalidParameter("end", "end timestamp must not be before start time");
        }
        long step = step(parameters);
        if ((end - start) / step > MOST_STEPS) {
            throw ApiException.badData("exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the"
                    + " query resolution (?step=XX)");
        }
        Timing timing = new Timing(request);
        QueryScope scope = access.scope(request, timeoutMs(parameters));
        QueryOptions options = options(scope, parameters, timing);
        String query = parameters.get("query");
        QueryResult result = run(
                () -> access.engine().rangeQuery(access.source().queryable(scope), query, start, end, step, options));
        return answer(parameters, scope, result, limit, timing);
    }

    private static long step(Parameters parameters) {
        long step;
        try {
            step = Values.duration(parameters.get("step"));
        } catch (IllegalArgumentException e) {
            throw ApiException.invalidParameter("step", String.valueOf(e.getMessage()));
        }
        if (step <= 0) {
            throw ApiException.invalidParameter(
                    "step", "zero or negative query resolution step widths are not accepted. Try a positive integer");
        }
        return step;
    }

    private long timeoutMs(Parameters parameters) {
        long most = access.engine().options().timeout().toMillis();
        String text = parameters.get("timeout");
        if (text.isEmpty()) {
            return most;
        }
        try {
            return Math.min(most, Math.max(0, Values.duration(text)));
        } catch (IllegalArgumentException e) {
            throw ApiException.invalidParameter("timeout", String.valueOf(e.getMessage()));
        }
    }

    private static QueryOptions options(QueryScope scope, Parameters parameters, Timing timing) {
        timing.started(scope);
        return new QueryOptions(
                lookback(parameters),
                Duration.ofNanos(scope.remainingNanos()),
                scope.memory(),
                maxWindowMs(parameters),
                scope::isCancelled);
    }

    /** {@code 0s} for samples only, {@code 5m}, {@code 1h}, or {@code auto}: as Thanos has it. */
    private static long maxWindowMs(Parameters parameters) {
        String text = parameters.get("max_source_resolution");
        if (text.isEmpty() || text.equals("auto")) {
            return Long.MAX_VALUE;
        }
        try {
            return Values.duration(text);
        } catch (IllegalArgumentException e) {
            throw ApiException.invalidParameter("max_source_resolution", String.valueOf(e.getMessage()));
        }
    }

    private static @Nullable Duration lookback(Parameters parameters) {
        String text = parameters.get("lookback_delta");
        if (text.isEmpty()) {
            return null;
        }
        try {
            return Duration.ofMillis(Values.duration(text));
        } catch (IllegalArgumentException e) {
            throw ApiException.badData("error parsing lookback delta duration: " + e.getMessage());
        }
    }

    private static QueryResult run(java.util.function.Supplier<QueryResult> query) {
        try {
            return query.get();
        } catch (ParseException e) {
            throw ApiException.invalidParameter("query", String.valueOf(e.getMessage()));
        } catch (QueryException e) {
            if (e.kind() == QueryException.Kind.BAD_DATA) {
                throw ApiException.invalidParameter("query", String.valueOf(e.getMessage()));
            }
            throw e;
        }
    }

    private ApiAnswer answer(Parameters parameters, QueryScope scope, QueryResult result, int limit, Timing timing) {
        timing.ended();
        meters.read(scope);
        Set<String> warnings = new LinkedHashSet<>(scope.warnings());
        warnings.addAll(result.annotations().warnings());
        QueryValue value = limit > 0 ? truncated(result.value(), limit) : result.value();
        if (value != result.value()) {
            warnings.add("results truncated due to limit");
        }
        String statistics = parameters.get("stats");
        boolean stats = !statistics.isEmpty();
        if (stats && !statistics.equals("true") && !statistics.equals("all")) {
            warnings.add("stats=" + statistics + " is deprecated: use stats=true or stats=all");
        }
        return new ApiAnswer.Data(
                json -> {
                    json.writeStartObject();
                    ResultJson.write(json, value);
                    if (stats) {
                        timing.write(json, result);
                    }
                    json.writeEndObject();
                },
                warnings,
                result.annotations().infos());
    }

    @SuppressWarnings("ReferenceEquality") // the same value when nothing was cut off
    private static QueryValue truncated(QueryValue value, int limit) {
        if (value instanceof Vector vector && vector.samples().size() > limit) {
            return new Vector(vector.samples().subList(0, limit), vector.ordered());
        }
        if (value instanceof Matrix matrix && matrix.series().size() > limit) {
            return new Matrix(matrix.series().subList(0, limit));
        }
        return value;
    }

    /** The times of a query, for {@code stats}. */
    private static final class Timing {
        private final long arrivedNanos;
        private long startedNanos;
        private long endedNanos;

        Timing(ApiRequest request) {
            arrivedNanos = request.arrivedNanos();
        }

        void started(QueryScope scope) {
            scope.check();
            startedNanos = System.nanoTime();
        }

        void ended() {
            endedNanos = System.nanoTime();
        }

        void write(JsonGenerator json, QueryResult result) throws IOException {
            double evaluation = seconds(endedNanos - startedNanos);
            json.writeObjectFieldStart("stats");
            json.writeObjectFieldStart("timings");
            json.writeNumberField("evalTotalTime", evaluation);
            json.writeNumberField("resultSortTime", 0.0);
            json.writeNumberField("queryPreparationTime", 0.0);
            json.writeNumberField("innerEvalTime", evaluation);
            json.writeNumberField("execQueueTime", seconds(startedNanos - arrivedNanos));
            json.writeNumberField("execTotalTime", seconds(endedNanos - arrivedNanos));
            json.writeEndObject();
            json.writeObjectFieldStart("samples");
            json.writeNumberField("totalQueryableSamples", result.samplesRead());
            json.writeNumberField("samplesRead", result.samplesRead());
            json.writeNumberField("peakSamples", result.peakSamples());
            json.writeEndObject();
            json.writeEndObject();
        }

        private static double seconds(long nanos) {
            return nanos / 1e9;
        }
    }
}
