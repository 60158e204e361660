package io.millrace.gateway.http;

import io.millrace.gateway.ingest.InFlightBytes;
import io.millrace.gateway.ingest.InFlightBytes.Reservation;
import io.millrace.gateway.ingest.Ingest;
import io.millrace.gateway.ingest.Outcome;
import io.millrace.model.RejectReason;
import io.millrace.runtime.control.Instance;
import io.millrace.wire.remotewrite.MessageType;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The write endpoint. Checks in this order, and the first that fails is the answer: address (404), method (405), content
 * type and encoding (415), key and instance (401, 403, 404), size (413), room (503), body (400, 413), rate (429), samples
 * (400), Kafka (503). Nothing in it blocks, so that the thread of the selector does all of it. Thread-safe.
 */
public final class WriteHandler extends Handler.Abstract {
    private static final Logger log = LoggerFactory.getLogger(WriteHandler.class);

    private final WriteAccess access;
    private final Ingest ingest;
    private final InFlightBytes inFlight;
    private final RequestMetrics metrics;
    private final int maxBodyBytes;
    private final Duration bodyTimeout;
    private final LongSupplier clockMs;

    WriteHandler(
            WriteAccess access,
            Ingest ingest,
            InFlightBytes inFlight,
            RequestMetrics metrics,
            int maxBodyBytes,
            Duration bodyTimeout,
            LongSupplier clockMs) {
        super(InvocationType.NON_BLOCKING);
        this.access = access;
        this.ingest = ingest;
        this.inFlight = inFlight;
        this.metrics = metrics;
        this.maxBodyBytes = maxBodyBytes;
        this.bodyTimeout = bodyTimeout;
        this.clockMs = clockMs;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        new Exchange(request, response, callback).handle();
        return true;
    }

    /** One request and its answer. */
    private final class Exchange {
        private final Request request;
        private final Response response;
        private final Callback callback;
        private final AtomicBoolean answered = new AtomicBoolean();
        private @Nullable MessageType type;
        /** Whether the call by which the server hands over the request has not come back. */
        private volatile boolean handling = true;

        Exchange(Request request, Response response, Callback callback) {
            this.request = request;
            this.response = response;
            this.callback = callback;
        }

        void handle() {
            try {
                begin();
            } finally {
                handling = false;
            }
        }

        private void begin() {
            String path = Request.getPathInContext(request);
            WriteAddress.Match address = WriteAddress.match(path);
            if (address == null) {
                refuse(Answer.of(
                        HttpStatus.NOT_FOUND_404,
                        "there is nothing at this path; the remote write address is " + access.writeUrl(request)));
                return;
            }
            if (!HttpMethod.POST.is(request.getMethod())) {
                refuse(Answer.onlyPost("remote write is POST; to query, use the address of the query service"));
                return;
            }
            ContentNegotiation.Result negotiated = ContentNegotiation.negotiate(
                    request.getHeaders().get(HttpHeader.CONTENT_TYPE),
                    request.getHeaders().get(HttpHeader.CONTENT_ENCODING));
            MessageType message = negotiated.type();
            if (message == null) {
                refuse(Answer.of(
                        HttpStatus.UNSUPPORTED_MEDIA_TYPE_415,
                        RejectReason.UNSUPPORTED_MEDIA_TYPE.id() + ": " + negotiated.problem()));
                return;
            }
            type = message;
            WriteAccess.Decision decision = access.decide(request, address);
            if (decision instanceof WriteAccess.Decision.Granted granted) {
                readBody(granted.instance(), message);
            } else if (decision instanceof WriteAccess.Decision.Refused refused) {
                refuse(refused.answer());
            }
        }

        /** Reads the rest of the request away, so that the sender is there to hear the answer. */
        private void refuse(Answer answer) {
            boolean hasBody = request.getLength() != 0;
            boolean waitsForGo = request.getHeaders().contains(HttpHeader.EXPECT);
            if (!hasBody || waitsForGo) {
                answer(answer);
                return;
            }
            new RequestBody(request, 0, bodyTimeout, null, new RequestBody.Listener() {
                        @Override
                        public void complete(byte[] body, int length) {
                            answer(answer);
                        }

                        @Override
                        public void tooLarge() {
                            answer(answer);
                        }

                        @Override
                        public void noRoom() {
                            answer(answer);
                        }

                        @Override
                        public void failed(Throwable reason) {
                            fail(reason);
                        }
                    })
                    .read(request.getLength());
        }

        private void readBody(Instance instance, MessageType message) {
            Reservation reservation = inFlight.open(instance.id());
            new RequestBody(request, maxBodyBytes, bodyTimeout, reservation, new RequestBody.Listener() {
                        @Override
                        public void complete(byte[] body, int length) {
                            ingest.accept(
                                    new Ingest.Body(
                                            instance.id(),
                                            instance.limits(),
                                            message,
                                            body,
                                            length,
                                            clockMs.getAsLong(),
                                            reservation),
                                    Exchange.this::answer);
                        }

                        @Override
                        public void tooLarge() {
                            reservation.close();
                            answer(refusal(
                                    RejectReason.BODY_TOO_LARGE, "the body has more than " + maxBodyBytes + " bytes"));
                        }

                        @Override
                        public void noRoom() {
                            reservation.close();
                            answer(Answer.unavailable("too much is on its way"));
                        }

                        @Override
                        public void failed(Throwable reason) {
                            reservation.close();
                            fail(reason);
                        }
                    })
                    .read(request.getLength());
        }

        private void answer(Outcome outcome) {
            if (outcome instanceof Outcome.Written written) {
                answer(Answer.written(written.summary()));
            } else if (outcome instanceof Outcome.Refused refused) {
                answer(refusal(refused.reason(), refused.detail()));
            } else if (outcome instanceof Outcome.RateLimited limited) {
                answer(Answer.rateLimited(limited.detail(), limited.seconds()));
            } else if (outcome instanceof Outcome.Unavailable unavailable) {
                answer(Answer.unavailable(unavailable.why()));
            } else {
                answer(Answer.of(
                        HttpStatus.INTERNAL_SERVER_ERROR_500,
                        "internal error; the log of the gateway has the details"));
            }
        }

        private void answer(Answer answer) {
            if (answered.compareAndSet(false, true)) {
                metrics.answered(type, answer.status());
                send(answer);
            }
        }

        /**
         * An answer within the call goes after it. The server would else go on with the next request of this connection, and with
         * the one after that, and a sender that does not wait for answers could keep the thread from all other connections.
         */
        private void send(Answer answer) {
            @Nullable
            SelectedEndPoint socket = handling
                    ? SelectedEndPoint.of(
                            request.getConnectionMetaData().getConnection().getEndPoint())
                    : null;
            if (socket == null) {
                answer.send(request, response, callback, type);
            } else {
                socket.later(() -> answer.send(request, response, callback, type));
            }
        }

        private void fail(Throwable reason) {
            if (answered.compareAndSet(false, true)) {
                metrics.cutOff(type);
                log.debug("request not read to its end remote={}", Request.getRemoteAddr(request), reason);
                callback.failed(reason);
            }
        }
    }

    private static Answer refusal(RejectReason reason, String detail) {
        return Answer.of(reason.status(), reason.id() + ": " + detail + "; " + reason.remedy());
    }
}
