package io.millrace.query.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Collection;

/** The envelope of the Prometheus API: {@code {"status":"success","data":...,"warnings":[...]}}. Stateless. */
final class Envelope {
    /** Of each kind, the rest are counted. */
    private static final int MOST_ANNOTATIONS = 10;

    private static final JsonFactory JSON = new JsonFactoryBuilder().build();

    private Envelope() {}

    static JsonGenerator generator(OutputStream out) throws IOException {
        JsonGenerator json = JSON.createGenerator(out);
        json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
        json.disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);
        return json;
    }

    static void success(ApiAnswer.Data answer, OutputStream out) throws IOException {
        try (JsonGenerator json = generator(out)) {
            json.writeStartObject();
            json.writeStringField("status", "success");
            json.writeFieldName("data");
            answer.data().write(json);
            annotations(json, "warnings", answer.warnings(), "warning");
            annotations(json, "infos", answer.infos(), "info");
            json.writeEndObject();
        }
    }

    private static void annotations(JsonGenerator json, String field, Collection<String> texts, String kind)
            throws IOException {
        if (texts.isEmpty()) {
            return;
        }
        json.writeArrayFieldStart(field);
        int written = 0;
        for (String text : texts) {
            if (written++ == MOST_ANNOTATIONS) {
                json.writeString((texts.size() - MOST_ANNOTATIONS) + " more " + kind + " annotations omitted");
                break;
            }
            json.writeString(LoneSurrogates.replace(text));
        }
        json.writeEndArray();
    }

    static void error(ApiException error, OutputStream out) throws IOException {
        try (JsonGenerator json = generator(out)) {
            json.writeStartObject();
            json.writeStringField("status", "error");
            json.writeStringField("errorType", error.errorType());
            json.writeFieldName("error");
            json.writeString(LoneSurrogates.replace(error.getMessage()));
            json.writeEndObject();
        }
    }

    static void json(ApiAnswer.JsonValue value, OutputStream out) throws IOException {
        try (JsonGenerator json = generator(out)) {
            value.write(json);
        }
    }
}
