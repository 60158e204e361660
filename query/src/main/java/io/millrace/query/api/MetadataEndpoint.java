package io.millrace.query.api;

import io.millrace.query.http.ApiAnswer;
import io.millrace.query.http.ApiRequest;
import io.millrace.query.http.LoneSurrogates;
import io.millrace.storage.MetadataRow;
import io.millrace.storage.MetadataStore;
import java.util.ArrayList;
import java.util.List;

/** {@code metadata}: type, help and unit of metric families, as senders told them last. */
public final class MetadataEndpoint {
    private final MetadataStore store;

    public MetadataEndpoint(MetadataStore store) {
        this.store = store;
    }

    /** {@code metric, limit, limit_per_metric}; a family has one entry, so the last changes nothing above 0. */
    public ApiAnswer metadata(ApiRequest request) {
        String metric = request.parameters().get("metric");
        int limit = Values.integer(request.parameters(), "limit", -1, "limit must be a number");
        int perMetric =
                Values.integer(request.parameters(), "limit_per_metric", -1, "limit_per_metric must be a number");
        List<MetadataRow> rows = new ArrayList<>();
        store.read(request.instance().id(), row -> {
            boolean wanted = metric.isEmpty() || metric.equals(row.family());
            if (wanted && (limit < 0 || rows.size() < limit) && perMetric != 0) {
                rows.add(row);
            }
        });
        return ApiAnswer.data(json -> {
            json.writeStartObject();
            for (MetadataRow row : rows) {
                json.writeArrayFieldStart(LoneSurrogates.replace(row.family()));
                json.writeStartObject();
                json.writeStringField("type", row.type().apiName());
                ResultJson.writeTextField(json, "help", row.help());
                ResultJson.writeTextField(json, "unit", row.unit());
                json.writeEndObject();
                json.writeEndArray();
            }
            json.writeEndObject();
        });
    }
}
