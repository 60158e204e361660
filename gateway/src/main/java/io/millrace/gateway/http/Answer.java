package io.millrace.gateway.http;

import io.millrace.model.RejectReason;
import io.millrace.wire.remotewrite.MessageType;
import io.millrace.wire.remotewrite.WriteSummary;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * What a sender gets: status, text, and the headers that belong to it. Answers to remote write 2.0 carry the three
 * Written headers from the moment the message type is known, also on errors; answers to 1.0 never do, because its senders
 * take them for partial failures. Immutable.
 *
 * @param status HTTP status
 * @param text plain text, without a line break at the end; "" for none
 * @param header one more header of this answer, or null
 * @param retrySeconds {@code Retry-After} is sent and at least this; 0 when it is not sent
 * @param written what was written, for the Written headers
 */
record Answer(
        int status,
        String text,
        @Nullable HttpField header,
        int retrySeconds,
        @Nullable WriteSummary written) {
    private static final String SAMPLES = "X-Prometheus-Remote-Write-Samples-Written";
    private static final String HISTOGRAMS = "X-Prometheus-Remote-Write-Histograms-Written";
    private static final String EXEMPLARS = "X-Prometheus-Remote-Write-Exemplars-Written";
    private static final String RETRY_ATTEMPT = "Retry-Attempt";

    private static final HttpField TEXT = new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, "text/plain; charset=utf-8");
    /** The text may quote what the sender sent: a browser must not take it for something else. */
    private static final HttpField NO_SNIFF = new PreEncodedHttpField("X-Content-Type-Options", "nosniff");

    private static final HttpField CHALLENGE =
            new PreEncodedHttpField(HttpHeader.WWW_AUTHENTICATE, "Basic realm=\"millrace\", charset=\"UTF-8\"");
    private static final HttpField ALLOW_POST = new PreEncodedHttpField(HttpHeader.ALLOW, "POST");

    static Answer of(int status, String text) {
        return new Answer(status, text, null, 0, null);
    }

    static Answer written(WriteSummary summary) {
        return summary.refusals().isEmpty()
                ? new Answer(HttpStatus.NO_CONTENT_204, "", null, 0, summary)
                : new Answer(HttpStatus.BAD_REQUEST_400, RefusalText.of(summary), null, 0, summary);
    }

    static Answer unauthenticated(String text) {
        return new Answer(HttpStatus.UNAUTHORIZED_401, text, CHALLENGE, 0, null);
    }

    /** 429: too many attempts from this address or with this key id have failed. */
    static Answer tooManyFailures(int seconds) {
        return new Answer(
                HttpStatus.TOO_MANY_REQUESTS_429,
                RejectReason.UNAUTHENTICATED.id() + ": too many attempts have failed; use the id and secret of an"
                        + " enabled AccessKey",
                new HttpField(HttpHeader.RETRY_AFTER, Integer.toString(seconds)),
                0,
                null);
    }

    static Answer onlyPost(String text) {
        return new Answer(HttpStatus.METHOD_NOT_ALLOWED_405, text, ALLOW_POST, 0, null);
    }

    /** 503 with Retry-After: the sender keeps its data and comes again. */
    static Answer unavailable(String why) {
        return new Answer(
                HttpStatus.SERVICE_UNAVAILABLE_503,
                RejectReason.UNAVAILABLE.id() + ": " + why + "; " + RejectReason.UNAVAILABLE.remedy(),
                null,
                1,
                null);
    }

    /** 429 with Retry-After: the instance sends more than it may; the request can pass after so many seconds. */
    static Answer rateLimited(String detail, double seconds) {
        RejectReason reason = RejectReason.RATE_LIMITED;
        return new Answer(
                reason.status(),
                reason.id() + ": " + detail + "; " + reason.remedy(),
                null,
                RetryAfter.atLeast(seconds),
                null);
    }

    /** Sends the answer and ends the request. */
    void send(Request request, Response response, Callback callback, @Nullable MessageType type) {
        response.setStatus(status);
        if (header != null) {
            response.getHeaders().put(header);
        }
        if (type == MessageType.REQUEST_V2) {
            response.getHeaders().put(SAMPLES, written == null ? 0 : written.samples());
            response.getHeaders().put(HISTOGRAMS, written == null ? 0 : written.histograms());
            response.getHeaders().put(EXEMPLARS, written == null ? 0 : written.exemplars());
        }
        if (retrySeconds > 0) {
            String attempt = request.getHeaders().get(RETRY_ATTEMPT);
            int seconds =
                    RetryAfter.seconds(attempt, ThreadLocalRandom.current().nextDouble());
            response.getHeaders().put(HttpHeader.RETRY_AFTER, Math.max(seconds, retrySeconds));
        }
        if (text.isEmpty()) {
            response.write(true, null, callback);
            return;
        }
        response.getHeaders().put(TEXT);
        response.getHeaders().put(NO_SNIFF);
        byte[] bytes = (text + "\n").getBytes(StandardCharsets.UTF_8);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, bytes.length);
        response.write(true, ByteBuffer.wrap(bytes), callback);
    }
}
