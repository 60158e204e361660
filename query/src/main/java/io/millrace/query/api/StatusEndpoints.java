package io.millrace.query.api;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.query.http.ApiAnswer;
import io.millrace.query.http.ApiException;
import io.millrace.query.http.ApiRequest;
import io.millrace.query.http.LoneSurrogates;
import io.millrace.query.index.Cardinality;
import io.millrace.query.index.SeriesIndex;
import io.millrace.runtime.BuildInfo;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * {@code status/...}: what tools ask a Prometheus about itself. Answers are about the query service and the caller's
 * instance; they show no configuration of the operator's.
 */
public final class StatusEndpoints {
    /** The version of the API: Grafana and others choose what they may ask by it. */
    static final String PROMETHEUS_VERSION = "3.14.0";

    private static final int MOST_ENTRIES = 10_000;
    private static final int DEFAULT_ENTRIES = 10;

    private final PromqlAccess access;
    private final SeriesIndex index;
    private final Instant started;

    public StatusEndpoints(PromqlAccess access, SeriesIndex index, Instant started) {
        this.access = access;
        this.index = index;
        this.started = started;
    }

    /** No field {@code features}: Grafana takes a server that has it for Mimir and asks for its ruler. */
    public ApiAnswer buildInfo(ApiRequest request) {
        Map<String, String> fields = new TreeMap<>();
        fields.put("version", PROMETHEUS_VERSION);
        fields.put("revision", "millrace-" + BuildInfo.version());
        fields.put("branch", "millrace");
        fields.put("buildUser", "");
        fields.put("buildDate", "");
        fields.put("goVersion", "java" + Runtime.version().feature());
        return ApiAnswer.data(json -> strings(json, fields));
    }

    public ApiAnswer runtimeInfo(ApiRequest request) {
        int retention = request.instance().retentionDays();
        return ApiAnswer.data(json -> {
            json.writeStartObject();
            json.writeStringField("startTime", started.toString());
            json.writeStringField("CWD", "/");
            json.writeStringField("hostname", "millrace");
            json.writeStringField(
                    "serverTime",
                    Instant.ofEpochMilli(access.clockMs().getAsLong()).toString());
            json.writeBooleanField("reloadConfigSuccess", true);
            json.writeStringField("lastConfigTime", started.toString());
            json.writeNumberField("corruptionCount", 0);
            json.writeNumberField(
                    "goroutineCount", ManagementFactory.getThreadMXBean().getThreadCount());
            json.writeNumberField("GOMAXPROCS", Runtime.getRuntime().availableProcessors());
            json.writeNumberField("GOMEMLIMIT", Runtime.getRuntime().maxMemory());
            json.writeStringField("GOGC", "");
            json.writeStringField("GODEBUG", "");
            json.writeStringField("storageRetention", retention + "d");
            json.writeEndObject();
        });
    }

    /** Those flags that clients look at. */
    public ApiAnswer flags(ApiRequest request) {
        Map<String, String> flags = new TreeMap<>();
        flags.put("query.lookback-delta", seconds(access.engine().options().lookback()));
        flags.put("query.max-samples", String.valueOf(access.engine().options().maxSamples()));
        flags.put("query.timeout", seconds(access.engine().options().timeout()));
        flags.put("storage.tsdb.retention.time", request.instance().retentionDays() + "d");
        flags.put("web.enable-admin-api", "false");
        flags.put("web.enable-lifecycle", "false");
        flags.put("web.enable-remote-write-receiver", "true");
        return ApiAnswer.data(json -> strings(json, flags));
    }

    private static String seconds(Duration duration) {
        return io.millrace.promql.format.Durations.format(duration.toMillis());
    }

    public ApiAnswer config(ApiRequest request) {
        return ApiAnswer.data(json -> strings(json, Map.of("yaml", "{}\n")));
    }

    /**
     * {@code limit}: the most numerous metrics, labels and pairs of today and yesterday, and, which Prometheus does not have,
     * those that grew most: by series of today that were not there yesterday.
     */
    public ApiAnswer tsdb(ApiRequest request) {
        int limit = Values.integer(request.parameters(), "limit", DEFAULT_ENTRIES, "limit must be a positive number");
        if (limit < 1 || limit > MOST_ENTRIES) {
            throw ApiException.badData(
                    limit < 1 ? "limit must be a positive number" : "limit must not exceed " + MOST_ENTRIES);
        }
        long now = access.clockMs().getAsLong();
        long from = now - Duration.ofDays(1).toMillis();
        Cardinality cardinality = index.cardinality(request.instance().id(), from, now, limit);
        return ApiAnswer.data(json -> {
            json.writeStartObject();
            json.writeObjectFieldStart("headStats");
            json.writeNumberField("numSeries", cardinality.series());
            json.writeNumberField("numLabelPairs", cardinality.labelPairs());
            json.writeNumberField("chunkCount", 0);
            json.writeNumberField("minTime", from);
            json.writeNumberField("maxTime", now);
            json.writeEndObject();
            entries(json, "seriesCountByMetricName", cardinality.seriesByMetric());
            entries(json, "labelValueCountByLabelName", cardinality.valuesByLabel());
            entries(json, "memoryInBytesByLabelName", cardinality.bytesByLabel());
            entries(json, "seriesCountByLabelValuePair", cardinality.seriesByPair());
            entries(json, "newSeriesCountByMetricName", cardinality.newSeriesByMetric());
            entries(json, "newLabelValueCountByLabelName", cardinality.newValuesByLabel());
            entries(json, "newSeriesCountByLabelValuePair", cardinality.newSeriesByPair());
            json.writeEndObject();
        });
    }

    public ApiAnswer walReplay(ApiRequest request) {
        return ApiAnswer.data(json -> {
            json.writeStartObject();
            json.writeNumberField("min", 0);
            json.writeNumberField("max", 0);
            json.writeNumberField("current", 0);
            json.writeStringField("state", "done");
            json.writeEndObject();
        });
    }

    private static void entries(JsonGenerator json, String field, List<Cardinality.Entry> entries) throws IOException {
        json.writeArrayFieldStart(field);
        for (Cardinality.Entry entry : entries) {
            json.writeStartObject();
            json.writeStringField("name", LoneSurrogates.replace(entry.name()));
            json.writeNumberField("value", entry.value());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void strings(JsonGenerator json, Map<String, String> fields) throws IOException {
        json.writeStartObject();
        for (Map.Entry<String, String> field : fields.entrySet()) {
            json.writeStringField(field.getKey(), field.getValue());
        }
        json.writeEndObject();
    }
}
