package io.millrace.runtime.admin;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.millrace.runtime.Health;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** The three answers of the admin endpoint. */
final class AdminHandler extends Handler.Abstract {
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";
    private static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private final Supplier<Map<String, Health>> health;
    private final PrometheusMeterRegistry registry;

    AdminHandler(Supplier<Map<String, Health>> health, PrometheusMeterRegistry registry) {
        this.health = health;
        this.registry = registry;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws IOException {
        String path = Request.getPathInContext(request);
        if (!request.getMethod().equals("GET") && !request.getMethod().equals("HEAD")) {
            response.getHeaders().put(HttpHeader.ALLOW, "GET, HEAD");
            answer(response, callback, HttpStatus.METHOD_NOT_ALLOWED_405, TEXT, bytes("use GET\n"));
            return true;
        }
        switch (path) {
            case "/live" -> answer(response, callback, HttpStatus.OK_200, TEXT, bytes("live\n"));
            case "/ready" -> ready(response, callback);
            case "/metrics" -> metrics(request, response, callback);
            default ->
                answer(
                        response,
                        callback,
                        HttpStatus.NOT_FOUND_404,
                        TEXT,
                        bytes("there is /live, /ready and /metrics here\n"));
        }
        return true;
    }

    private void ready(Response response, Callback callback) {
        StringBuilder text = new StringBuilder();
        boolean ready = true;
        for (Map.Entry<String, Health> entry : health.get().entrySet()) {
            Health one = entry.getValue();
            ready &= one.ready();
            text.append(entry.getKey())
                    .append(": ")
                    .append(one.ready() ? "ready" : one.reason())
                    .append('\n');
        }
        int status = ready ? HttpStatus.OK_200 : HttpStatus.SERVICE_UNAVAILABLE_503;
        answer(response, callback, status, TEXT, bytes((ready ? "ready\n" : "not ready\n") + text));
    }

    private void metrics(Request request, Response response, Callback callback) throws IOException {
        String accept = request.getHeaders().get(HttpHeader.ACCEPT);
        String type =
                accept != null && accept.contains("application/openmetrics-text") ? OPEN_METRICS : PROMETHEUS_TEXT;
        ByteArrayOutputStream page = new ByteArrayOutputStream(64 * 1024);
        registry.scrape(page, type);
        answer(response, callback, HttpStatus.OK_200, type, page.toByteArray());
    }

    private static void answer(Response response, Callback callback, int status, String type, byte[] body) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
        response.write(true, ByteBuffer.wrap(body), callback);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
