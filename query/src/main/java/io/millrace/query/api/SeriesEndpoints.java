package io.millrace.query.api;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.model.Labels;
import io.millrace.promql.storage.Matcher;
import io.millrace.query.http.ApiAnswer;
import io.millrace.query.http.ApiException;
import io.millrace.query.http.ApiRequest;
import io.millrace.query.http.LoneSurrogates;
import io.millrace.query.index.SelectedSeries;
import io.millrace.query.index.SeriesIndex;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** {@code series}, {@code labels} and {@code label/<name>/values}: answered by the index alone, by whole UTC days. */
public final class SeriesEndpoints {
    private static final List<String> TRUNCATED = List.of("results truncated due to limit");

    private final PromqlAccess access;
    private final SeriesIndex index;

    public SeriesEndpoints(PromqlAccess access, SeriesIndex index) {
        this.access = access;
        this.index = index;
    }

    /** The time range of a request, cut to the retention of the instance. */
    private record Range(long startMs, long endMs) {}

    private Range range(ApiRequest request) {
        long start = Values.time(request.parameters(), "start", Values.MIN_MS);
        long end = Values.time(request.parameters(), "end", Values.MAX_MS);
        return new Range(Math.max(start, access.oldestMs(request)), end);
    }

    /** {@code match[], start, end, limit}. */
    public ApiAnswer series(ApiRequest request) {
        int limit = Values.limit(request.parameters());
        if (!request.parameters().has("match[]")) {
            throw ApiException.badData("no match[] parameter provided");
        }
        Range range = range(request);
        List<List<Matcher>> matchers = access.matchers(request);
        if (range.endMs() < range.startMs()) {
            return ApiAnswer.data(SeriesEndpoints::writeNothing);
        }
        SelectedSeries selected = index.selectAny(request.instance().id(), matchers, range.startMs(), range.endMs());
        List<Labels> series = new ArrayList<>(selected.size());
        selected.forEach((id, labels) -> series.add(labels));
        series.sort(null);
        boolean cut = limit > 0 && series.size() > limit;
        List<Labels> shown = cut ? series.subList(0, limit) : series;
        return ApiAnswer.data(
                json -> {
                    json.writeStartArray();
                    for (Labels labels : shown) {
                        ResultJson.writeLabels(json, labels);
                    }
                    json.writeEndArray();
                },
                cut ? TRUNCATED : List.of());
    }

    private static void writeNothing(JsonGenerator json) throws IOException {
        json.writeStartArray();
        json.writeEndArray();
    }

    /** {@code match[], start, end, limit}. */
    public ApiAnswer labels(ApiRequest request) {
        int limit = Values.limit(request.parameters());
        Range range = range(request);
        List<List<Matcher>> matchers = access.matchers(request);
        return strings(
                range.endMs() < range.startMs()
                        ? List.of()
                        : index.labelNames(request.instance().id(), matchers, range.startMs(), range.endMs()),
                limit);
    }

    /** {@code match[], start, end, limit}, and the name in the path. */
    public ApiAnswer values(ApiRequest request, String escapedName) {
        String name = LabelNameEscaping.unescape(escapedName);
        if (!LabelNameEscaping.isValid(name)) {
            throw ApiException.badData("invalid label name: \"" + name + "\"");
        }
        int limit = Values.limit(request.parameters());
        Range range = range(request);
        List<List<Matcher>> matchers = access.matchers(request);
        return strings(
                range.endMs() < range.startMs()
                        ? List.of()
                        : index.labelValues(request.instance().id(), name, matchers, range.startMs(), range.endMs()),
                limit);
    }

    private static ApiAnswer strings(Collection<String> sorted, int limit) {
        boolean cut = limit > 0 && sorted.size() > limit;
        return ApiAnswer.data(
                json -> {
                    json.writeStartArray();
                    int written = 0;
                    for (String text : sorted) {
                        if (cut && written++ == limit) {
                            break;
                        }
                        json.writeString(LoneSurrogates.replace(text));
                    }
                    json.writeEndArray();
                },
                cut ? TRUNCATED : List.of());
    }
}
