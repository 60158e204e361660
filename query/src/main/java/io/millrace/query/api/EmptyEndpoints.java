package io.millrace.query.api;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.query.http.ApiAnswer;
import io.millrace.query.http.ApiException;
import io.millrace.query.http.ApiRequest;
import java.io.IOException;

/**
 * What Prometheus has and Millrace does not: rules, alerts, targets. Well-formed answers with nothing in them, so that
 * tools which always ask do not fail.
 */
public final class EmptyEndpoints {
    private EmptyEndpoints() {}

    /** {@code type} is checked, other filters have nothing to filter. */
    public static ApiAnswer rules(ApiRequest request) {
        String type = request.parameters().get("type");
        if (!type.isEmpty() && !type.equals("alert") && !type.equals("record")) {
            throw ApiException.invalidParameter("type", "not supported value \"" + type + "\"");
        }
        return ApiAnswer.data(json -> object(json, "groups"));
    }

    public static ApiAnswer alerts(ApiRequest request) {
        return ApiAnswer.data(json -> object(json, "alerts"));
    }

    public static ApiAnswer alertmanagers(ApiRequest request) {
        return ApiAnswer.data(json -> object(json, "activeAlertmanagers", "droppedAlertmanagers"));
    }

    public static ApiAnswer scrapePools(ApiRequest request) {
        return ApiAnswer.data(json -> object(json, "scrapePools"));
    }

    public static ApiAnswer targets(ApiRequest request) {
        return ApiAnswer.data(json -> {
            json.writeStartObject();
            array(json, "activeTargets");
            array(json, "droppedTargets");
            json.writeNullField("droppedTargetCounts");
            json.writeEndObject();
        });
    }

    public static ApiAnswer targetsMetadata(ApiRequest request) {
        return ApiAnswer.data(json -> {
            json.writeStartArray();
            json.writeEndArray();
        });
    }

    private static void object(JsonGenerator json, String... arrays) throws IOException {
        json.writeStartObject();
        for (String name : arrays) {
            array(json, name);
        }
        json.writeEndObject();
    }

    private static void array(JsonGenerator json, String name) throws IOException {
        json.writeArrayFieldStart(name);
        json.writeEndArray();
    }
}
