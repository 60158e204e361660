package io.millrace.query.http;

import io.millrace.promql.engine.QueryException;
import io.millrace.query.index.IndexException;
import io.millrace.storage.StoreUnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
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
        // A connection is silent while its answer is found; how long that may take is the timeout of queries.
        request.addIdleTimeoutListener(silence -> false);
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

    /**
     * For an answer that comes before the body has been read to its end: nothing behind it can be read, and a client that
     * kept the connection would send its next request in vain.
     */
    void closeAfterwards() {
        setHeader(HttpHeader.CONNECTION.asString(), HttpHeaderValue.CLOSE.asString());
    }

    long arrivedNanos() {
        return arrivedNanos;
    }

    /** Whether the client has gone away. */
    boolean gone() {
        return gone;
    }

    /** The connection to the client; null where it is not a plain socket. */
    @Nullable
    SocketChannel client() {
        Object transport =
                request.getConnectionMetaData().getConnection().getEndPoint().getTransport();
        return transport instanceof SocketChannel channel ? channel : null;
    }

    void markGone() {
        gone = true;
    }

    boolean isAnswered() {
        return answered.get();
    }

    void send(ApiAnswer answer) {
        if (answer instanceof ApiAnswer.Data data) {
            write(200, JSON, Map.of(), true, out -> Envelope.success(data, out));
        } else if (answer instanceof ApiAnswer.Json json) {
            write(json.status(), JSON, Map.of(), true, out -> Envelope.json(json.value(), out));
        } else if (answer instanceof ApiAnswer.Raw raw) {
            write(raw.status(), raw.contentType(), raw.headers(), raw.compressible(), raw.body());
        }
    }

    /** Answers with the envelope of an error. */
    void fail(ApiException error) {
        write(error.status(), JSON, Map.of(), true, out -> Envelope.error(error, out));
    }

    /** Answers with what an endpoint threw; only what nobody foresaw is logged. */
    void fail(Throwable error) {
        fail(asApiException(error));
    }

    private ApiException asApiException(Throwable error) {
        if (error instanceof ApiException api) {
            return api;
        } else if (error instanceof QueryException query) {
            return ApiException.of(query.kind().errorType(), query.kind().status(), String.valueOf(query.getMessage()));
        } else if (error instanceof IndexException) {
            return ApiException.execution(String.valueOf(error.getMessage()));
        } else if (error instanceof StoreUnavailableException) {
            return ApiException.unavailable("the store does not answer, try again: " + error.getMessage());
        }
        log.error("request failed method={} path={}", method(), path(), error);
        return ApiException.internal("an internal error, see the log of the query service");
    }

    private void write(
            int status, String contentType, Map<String, String> headers, boolean compressible, ApiAnswer.Body body) {
        if (!answered.compareAndSet(false, true)) {
            return;
        }
        Compression compression =
                compressible ? Compression.accepted(header(HttpHeader.ACCEPT_ENCODING.asString())) : Compression.NONE;
        ResponseStream out = new ResponseStream(response, compression);
        int sent = status;
        try {
            head(status, contentType, headers);
            if (status == 204 || HttpMethod.HEAD.is(method())) {
                callback.succeeded();
                return;
            }
            try {
                body.write(out);
            } catch (RuntimeException | Error e) {
                sent = replaceByError(out, e);
            }
            out.close();
            callback.succeeded();
        } catch (IOException | UncheckedIOException | BrokenOffException e) {
            callback.failed(e); // the client is gone, or too slow, or sees a body without an end
        } finally {
            onEnd.accept(sent, System.nanoTime() - arrivedNanos);
        }
    }

    private void head(int status, String contentType, Map<String, String> headers) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, contentType);
        headers.forEach((name, value) -> response.getHeaders().put(name, value));
        response.getHeaders().put(HttpHeader.VARY, "Accept-Encoding, Origin");
    }

    private int replaceByError(ResponseStream out, Throwable cause) throws IOException {
        ApiException error = asApiException(cause);
        if (out.isBegun()) {
            throw new BrokenOffException(error.getMessage());
        }
        out.reset();
        head(error.status(), JSON, Map.of());
        Envelope.error(error, out);
        return error.status();
    }

    /** A body that cannot be ended. */
    private static final class BrokenOffException extends RuntimeException {
        BrokenOffException(String message) {
            super(message, null, false, false);
        }
    }
}
