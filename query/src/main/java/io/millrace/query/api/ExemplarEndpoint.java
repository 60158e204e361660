package io.millrace.query.api;

import io.millrace.model.Labels;
import io.millrace.model.SeriesId;
import io.millrace.model.TenantId;
import io.millrace.promql.ast.Expr;
import io.millrace.promql.ast.VectorSelector;
import io.millrace.promql.parse.ParseException;
import io.millrace.promql.storage.Matcher;
import io.millrace.query.http.ApiAnswer;
import io.millrace.query.http.ApiException;
import io.millrace.query.http.ApiRequest;
import io.millrace.query.index.SelectedSeries;
import io.millrace.query.index.SeriesIndex;
import io.millrace.query.read.MetricShard;
import io.millrace.query.read.QueryScope;
import io.millrace.storage.Deletions;
import io.millrace.storage.ExemplarRow;
import io.millrace.storage.ExemplarStore;
import io.millrace.wire.labels.CanonicalLabels;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** {@code query_exemplars}: the exemplars of all series that the selectors of a query match. */
public final class ExemplarEndpoint {
    /** 100 bytes each in the answer. Prometheus keeps 100,000 in all by default. */
    private static final int MOST_EXEMPLARS = 100_000;

    private final PromqlAccess access;
    private final SeriesIndex index;
    private final ExemplarStore store;
    private final Function<TenantId, Deletions> deletions;

    /** @param deletions what is deleted, by tenant */
    public ExemplarEndpoint(
            PromqlAccess access, SeriesIndex index, ExemplarStore store, Function<TenantId, Deletions> deletions) {
        this.access = access;
        this.index = index;
        this.store = store;
        this.deletions = deletions;
    }

    /** {@code query, start, end}. */
    public ApiAnswer exemplars(ApiRequest request) {
        long start = Values.time(request.parameters(), "start", Values.MIN_MS);
        long end = Values.time(request.parameters(), "end", Values.MAX_MS);
        if (end < start) {
            throw ApiException.badData("end timestamp must not be before start timestamp");
        }
        List<List<Matcher>> selectors = selectors(request);
        QueryScope scope = access.scope(request);
        long fromMs = Math.max(start, access.oldestMs(request));
        long toMs = Math.min(end, access.newestMs());
        Map<Labels, List<ExemplarRow>> found = new TreeMap<>();
        if (fromMs <= toMs && !selectors.isEmpty()) {
            read(scope, index.selectAny(request.instance().id(), selectors, fromMs, toMs), fromMs, toMs, found);
        }
        return ApiAnswer.data(json -> {
            json.writeStartArray();
            for (Map.Entry<Labels, List<ExemplarRow>> series : found.entrySet()) {
                json.writeStartObject();
                json.writeFieldName("seriesLabels");
                ResultJson.writeLabels(json, series.getKey());
                json.writeArrayFieldStart("exemplars");
                for (ExemplarRow row : series.getValue()) {
                    json.writeStartObject();
                    json.writeFieldName("labels");
                    ResultJson.writeLabels(json, CanonicalLabels.decode(row.labels(), 0, row.labels().length));
                    json.writeFieldName("value");
                    ResultJson.writeFloat(json, row.value());
                    json.writeFieldName("timestamp");
                    ResultJson.writeTime(json, row.timestampMs());
                    json.writeEndObject();
                }
                json.writeEndArray();
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    private List<List<Matcher>> selectors(ApiRequest request) {
        Expr expression;
        try {
            expression = access.parser().parse(request.parameters().get("query"));
        } catch (ParseException e) {
            throw ApiException.invalidParameter("query", String.valueOf(e.getMessage()));
        }
        List<List<Matcher>> selectors = new ArrayList<>();
        collect(expression, selectors);
        return selectors;
    }

    private static void collect(Expr expression, List<List<Matcher>> selectors) {
        if (expression instanceof VectorSelector selector && !selector.dataLabels()) {
            selectors.add(selector.matchers());
        }
        expression.children().forEach(child -> collect(child, selectors));
    }

    private void read(
            QueryScope scope, SelectedSeries selected, long fromMs, long toMs, Map<Labels, List<ExemplarRow>> found) {
        Map<SeriesId, Labels> labelsOf = new HashMap<>();
        Map<MetricShard, List<SeriesId>> partitions = new HashMap<>();
        selected.forEach((id, labels) -> {
            labelsOf.put(id, labels);
            partitions
                    .computeIfAbsent(MetricShard.of(labels, id), p -> new ArrayList<>())
                    .add(id);
        });
        Deletions deleted = deletions.apply(scope.tenant()).within(fromMs, toMs);
        int[] count = {0};
        partitions.forEach((metricShard, ids) -> {
            for (int day = SeriesIndex.day(fromMs); day <= SeriesIndex.day(toMs); day++) {
                scope.check();
                store.read(metricShard.on(scope.tenant(), day), ids, fromMs, toMs, row -> {
                    Labels labels = labelsOf.get(row.series());
                    if (labels != null && !isDeleted(deleted, labels, row)) {
                        if (++count[0] > MOST_EXEMPLARS) {
                            throw ApiException.execution("more than " + MOST_EXEMPLARS
                                    + " exemplars; ask for a shorter time range or fewer series");
                        }
                        found.computeIfAbsent(labels, l -> new ArrayList<>()).add(row);
                    }
                });
            }
        });
        found.values().forEach(rows -> rows.sort(Comparator.comparingLong(ExemplarRow::timestampMs)));
    }

    private static boolean isDeleted(Deletions deleted, Labels labels, ExemplarRow row) {
        return !deleted.isEmpty() && deleted.exemplarsOf(labels).stream().anyMatch(each -> each.covers(row));
    }
}
