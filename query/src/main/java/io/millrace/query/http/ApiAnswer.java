package io.millrace.query.http;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** What an endpoint answers; written as a stream after it was found. */
public sealed interface ApiAnswer {

    /** Writes one JSON value. */
    @FunctionalInterface
    interface JsonValue {
        void write(JsonGenerator json) throws IOException;
    }

    /** Writes a body. */
    @FunctionalInterface
    interface Body {
        void write(OutputStream out) throws IOException;
    }

    /** Success in the envelope of the Prometheus API. */
    record Data(JsonValue data, Collection<String> warnings, Collection<String> infos) implements ApiAnswer {}

    /** JSON without the envelope, with a status. */
    record Json(int status, JsonValue value) implements ApiAnswer {}

    /**
     * Anything else.
     *
     * @param headers further headers
     * @param compressible whether the server may compress the body as the client accepts
     * @param body may go on reading data while it writes; an exception before the first 4 KB becomes an error answer,
     *     a later one breaks the connection
     */
    record Raw(int status, String contentType, Map<String, String> headers, boolean compressible, Body body)
            implements ApiAnswer {}

    static ApiAnswer data(JsonValue data) {
        return new Data(data, List.of(), List.of());
    }

    static ApiAnswer data(JsonValue data, Collection<String> warnings) {
        return new Data(data, warnings, List.of());
    }

    static ApiAnswer text(int status, String text) {
        byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        return new Raw(status, "text/plain; charset=utf-8", Map.of(), true, out -> out.write(bytes));
    }
}
