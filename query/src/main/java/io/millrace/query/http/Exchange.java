package io.millrace.query.http;

import io.millrace.promql.engine.QueryException;
import io.millrace.query.index.IndexException;
import io.millrace.storage.StoreUnavailableException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A request and the one answer it gets. The first answer counts; any thread may give it. */
final class Exchange {
    private static final Logger log = LoggerFactory.getLogger(Exchange.class);
    private static final String JSON = "application/json";

    private final Request request;
    private final Response response;
    private final Callback callback;
    private final BiConsumer<Integer, Long> onEnd;
    private final long arrivedNanos = System.nanoTime();
    private final AtomicBoolean answered = new AtomicBoolean();
    private volatile boolean gone;

    /** @param onEnd told the status and the nanoseconds when the answer has been sent */
    Exchange(Request request, Response response, Callback callback, BiConsumer<Integer, Long> onEnd) {
        this.request = request;
        this.response = response;
        this.callback = callback;
        this.onEnd = onEnd;
        request.addFailureListener(failure -> gone = true);
    }

    String method() {
        return request.getMethod();
    }

    String path() {
        String path = request.getHttpURI().getDecodedPath();
        return path == null ? "/" : path;
    }

    String queryString() {
        String query = request.getHttpURI().getQuery();
        return query == null ? "" : query;
    }

    Request request() {
        return request;
    }

    @Nullable
    String header(String name) {
        return request.getHeaders().get(name);
    }

    void setHeader(String name, String value) {
        response.getHeaders().put(name, value);
    }

    long arrivedNanos() {
        return arrivedNanos;
    }

    /** Whether the client has gone away. */
    boolean gone() {
        return gone;
    }

    void markGone() {
        gone = true;
    }

    boolean isAnswered() {
        return answered.get();
    }

    void send(ApiAnswer answer) {
        if (answer instanceof ApiAnswer.Data data) {
            write(200, JSON, Map.of(), out -> Envelope.success(data, out));
        } else if (answer instanceof ApiAnswer.Json json) {
            write(json.status(), JSON, Map.of(), out -> Envelope.json(json.value(), out));
        } else if (answer instanceof ApiAnswer.Raw raw) {
            write(raw.status(), raw.contentType(), raw.headers(), raw.body());
        }
    }

    /** Answers with the envelope of an error. */
    void fail(ApiException error) {
        write(error.status(), JSON, Map.of(), out -> Envelope.error(error, out));
    }

    /** Answers with what an endpoint threw; only what nobody foresaw is logged. */
    void fail(Throwable error) {
        if (error instanceof ApiException api) {
            fail(api);
        } else if (error instanceof QueryException query) {
            fail(ApiException.of(query.kind().errorType(), query.kind().status(), String.valueOf(query.getMessage())));
        } else if (error instanceof IndexException) {
            fail(ApiException.execution(String.valueOf(error.getMessage())));
        } else if (error instanceof StoreUnavailableException) {
            fail(ApiException.unavailable("the store does not answer, try again: " + error.getMessage()));
        } else {
            log.error("request failed method={} path={}", method(), path(), error);
            fail(ApiException.internal("an internal error, see the log of the query service"));
        }
    }

    private void write(int status, String contentType, Map<String, String> headers, ApiAnswer.Body body) {
        if (!answered.compareAndSet(false, true)) {
            return;
        }
        try {
            response.setStatus(status);
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, contentType);
            headers.forEach((name, value) -> response.getHeaders().put(name, value));
            response.getHeaders().add(HttpHeader.VARY, "Accept-Encoding, Origin");
            boolean encoded = headers.containsKey(HttpHeader.CONTENT_ENCODING.asString());
            Compression compression =
                    encoded ? Compression.NONE : Compression.accepted(header(HttpHeader.ACCEPT_ENCODING.asString()));
            if (status == 204 || HttpMethod.HEAD.is(method())) {
                callback.succeeded();
            } else {
                try (OutputStream out = new ResponseStream(response, compression)) {
                    body.write(out);
                }
                callback.succeeded();
            }
        } catch (IOException | UncheckedIOException e) {
            callback.failed(e); // the client is gone, or too slow
        } catch (RuntimeException | Error e) {
            log.error("answer cannot be written method={} path={}", method(), path(), e);
            callback.failed(e);
        } finally {
            onEnd.accept(status, System.nanoTime() - arrivedNanos);
        }
    }
}
