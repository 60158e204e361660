package io.millrace.query.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.millrace.model.TenantId;
import io.millrace.promql.engine.MemoryPool;
import io.millrace.runtime.control.Access;
import io.millrace.runtime.control.Authorization;
import io.millrace.runtime.control.BasicCredentials;
import io.millrace.runtime.control.ControlState;
import io.millrace.runtime.control.Instance;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.thread.Invocable;
import org.jspecify.annotations.Nullable;

/**
 * The way of a request: path → route → method → credentials → body → turn in the queue → endpoint. Everything that can be
 * refused is refused before the body is read.
 */
final class QueryHandler extends Handler.Abstract {
    private static final String PROMETHEUS = "/prometheus/";
    private static final String NOT_FOUND =
            "not found: the Prometheus API is at /prometheus/<instance>/api/v1/, the admin API at /admin/v1/\n";
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final long RETRY_AFTER_SECONDS = 5;
    private static final ApiException CANCELED = ApiException.of("canceled", 499, "the client went away");

    private final Routes prometheus;
    private final @Nullable Handler admin;
    private final ControlState control;
    private final Callers callers;
    private final FairQueue queue;
    private final ClientWatch clients;
    private final Cors cors;
    private final BooleanSupplier ready;
    private final int maxBodyBytes;
    private final long timeoutNanos;
    private final MemoryPool memory;
    private final MeterRegistry registry;

    /**
     * @param admin handles {@code /admin/}, null for none
     * @param ready whether the index is complete
     * @param timeout the longest any request may take
     */
    QueryHandler(
            Routes prometheus,
            @Nullable Handler admin,
            ControlState control,
            Callers callers,
            FairQueue queue,
            ClientWatch clients,
            Cors cors,
            BooleanSupplier ready,
            int maxBodyBytes,
            Duration timeout,
            MemoryPool memory,
            MeterRegistry registry) {
        this.prometheus = prometheus;
        this.admin = admin;
        this.control = control;
        this.callers = callers;
        this.queue = queue;
        this.clients = clients;
        this.cors = cors;
        this.ready = ready;
        this.maxBodyBytes = maxBodyBytes;
        this.timeoutNanos = timeout.toNanos();
        this.memory = memory;
        this.registry = registry;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        String path = String.valueOf(request.getHttpURI().getDecodedPath());
        if (admin != null && path.startsWith("/admin/")) {
            return admin.handle(request, response, callback);
        }
        if (path.startsWith(PROMETHEUS)) {
            prometheus(request, response, callback, path.substring(PROMETHEUS.length()));
        } else {
            plain(new Exchange(request, response, callback, (status, nanos) -> {}), path);
        }
        return true;
    }

    private void plain(Exchange exchange, String path) {
        switch (path) {
            case "/-/healthy" -> exchange.send(ApiAnswer.text(200, "Millrace is healthy.\n"));
            case "/-/ready" ->
                exchange.send(
                        isReady()
                                ? ApiAnswer.text(200, "Millrace is ready.\n")
                                : ApiAnswer.text(503, "Millrace is not ready: it is reading its index.\n"));
            default -> exchange.send(ApiAnswer.text(404, NOT_FOUND));
        }
    }

    private boolean isReady() {
        return ready.getAsBoolean() && control.ready();
    }

    private void prometheus(Request request, Response response, Callback callback, String rest) {
        int slash = rest.indexOf('/');
        String instance = slash < 0 ? rest : rest.substring(0, slash);
        String path = slash < 0 ? "" : rest.substring(slash + 1);
        Route route = prometheus.find(path);
        String name = route == null ? "unknown" : route.name();
        Exchange exchange = new Exchange(
                request,
                response,
                callback,
                (status, nanos) -> Timer.builder("millrace.query")
                        .description("Time from the request to the end of the answer")
                        .tag("endpoint", name)
                        .tag("status", String.valueOf(status))
                        .publishPercentileHistogram(false)
                        .register(registry)
                        .record(nanos, TimeUnit.NANOSECONDS));
        cors.apply(exchange);
        if (exchange.method().equals("OPTIONS")) {
            exchange.send(ApiAnswer.text(204, ""));
            return;
        }
        if (route == null) {
            exchange.send(ApiAnswer.text(404, NOT_FOUND));
            return;
        }
        if (!allows(route, exchange.method())) {
            exchange.setHeader("Allow", String.join(", ", route.methods()) + ", OPTIONS");
            exchange.send(
                    ApiAnswer.text(405, "method not allowed: use " + String.join(" or ", route.methods()) + "\n"));
            return;
        }
        Instance granted = authorize(exchange, instance, route.access());
        if (granted != null) {
            readBody(exchange, route, granted, path);
        }
    }

    private static boolean allows(Route route, String method) {
        return route.methods().contains(method)
                || method.equals("HEAD") && route.methods().contains("GET");
    }

    /** Null when the request has been answered. */
    private @Nullable Instance authorize(Exchange exchange, String instance, Access access) {
        if (!control.ready()) {
            unavailable(exchange, "the query service is starting: it has not read all accounts yet");
            return null;
        }
        BasicCredentials credentials = BasicCredentials.parse(exchange.header(HttpHeader.AUTHORIZATION.asString()));
        if (credentials == null) {
            Instance open = exchange.header(HttpHeader.AUTHORIZATION.asString()) == null && TenantId.isValid(instance)
                    ? control.openTo(Callers.address(exchange.request()), new TenantId(instance), access)
                    : null;
            if (open != null) {
                return open;
            }
            unauthenticated(exchange, "authentication needed: basic auth with the id and secret of an AccessKey");
            return null;
        }
        if (!TenantId.isValid(instance)) {
            unknownInstance(exchange, instance);
            return null;
        }
        Authorization decision =
                control.decide(credentials.keyId(), credentials.secret(), new TenantId(instance), access);
        if (decision instanceof Authorization.Granted granted) {
            callers.accepted(credentials.keyId(), exchange.request());
            return granted.instance();
        } else if (decision instanceof Authorization.Forbidden forbidden) {
            exchange.fail(ApiException.of("forbidden", 403, forbidden.why()));
        } else if (decision instanceof Authorization.UnknownInstance) {
            unknownInstance(exchange, instance);
        } else if (decision instanceof Authorization.NotReady) {
            unavailable(exchange, "the query service is starting: it has not read all accounts yet");
        } else {
            int wait = callers.failed(credentials.keyId(), exchange.request());
            if (wait > 0) {
                exchange.setHeader("Retry-After", String.valueOf(wait));
                exchange.fail(ApiException.tooManyRequests("too many failed attempts, wait " + wait + " s"));
                return null;
            }
            unauthenticated(exchange, "wrong AccessKey id or secret, or the key is disabled or expired");
        }
        return null;
    }

    private static void unknownInstance(Exchange exchange, String instance) {
        exchange.fail(
                ApiException.of(
                        "not_found",
                        404,
                        "there is no instance \"" + instance
                                + "\": the address is /prometheus/<instance>/api/v1/ with the id of an instance of your account"));
    }

    private static void unauthenticated(Exchange exchange, String why) {
        exchange.setHeader("WWW-Authenticate", "Basic realm=\"millrace\", charset=\"UTF-8\"");
        exchange.fail(ApiException.of("unauthorized", 401, why));
    }

    private static void unavailable(Exchange exchange, String why) {
        exchange.setHeader("Retry-After", String.valueOf(RETRY_AFTER_SECONDS));
        exchange.fail(ApiException.unavailable(why));
    }

    private void readBody(Exchange exchange, Route route, Instance instance, String path) {
        if (!exchange.method().equals("POST")) {
            dispatch(exchange, route, instance, path, new byte[0]);
            return;
        }
        if (exchange.request().getLength() > maxBodyBytes) {
            tooLarge(exchange);
            return;
        }
        Content.Source.asByteArrayAsync(
                exchange.request(),
                maxBodyBytes,
                Promise.Invocable.from(
                        Invocable.InvocationType.BLOCKING,
                        body -> dispatch(exchange, route, instance, path, body),
                        failure -> bodyFailed(exchange, failure)));
    }

    private void bodyFailed(Exchange exchange, Throwable failure) {
        if (failure instanceof IllegalStateException) {
            tooLarge(exchange);
        } else {
            exchange.fail(ApiException.badData("the body could not be read: " + failure.getMessage()));
        }
    }

    private void tooLarge(Exchange exchange) {
        exchange.closeAfterwards();
        exchange.fail(ApiException.of("bad_data", 413, "the body is larger than " + maxBodyBytes + " bytes"));
    }

    private void dispatch(Exchange exchange, Route route, Instance instance, String path, byte[] body) {
        ApiRequest request;
        try {
            request = request(exchange, instance, path, body);
        } catch (ApiException e) {
            exchange.fail(e);
            return;
        }
        if (route.weight() == Route.Weight.IMMEDIATE) {
            answer(exchange, route, request);
            return;
        }
        if (!ready.getAsBoolean()) {
            unavailable(exchange, "the query service is starting: it is reading its index");
            return;
        }
        submit(exchange, route, request);
    }

    private void submit(Exchange exchange, Route route, ApiRequest request) {
        QueuedRequest queued = new QueuedRequest(exchange, route, request);
        queued.watch();
        try {
            queue.submit(queued.tenant(), queued);
        } catch (FairQueue.FullException e) {
            queued.release();
            String why = String.valueOf(e.getMessage());
            exchange.setHeader("Retry-After", String.valueOf(RETRY_AFTER_SECONDS));
            exchange.fail(e.isTenant() ? ApiException.tooManyRequests(why) : ApiException.unavailable(why));
        }
    }

    /** A request from when it is queued until it is answered. When its client goes away meanwhile, it is given up. */
    private final class QueuedRequest implements Runnable, ClientWatch.Waiter {
        private final Exchange exchange;
        private final Route route;
        private final ApiRequest request;
        private final @Nullable SocketChannel client;

        QueuedRequest(Exchange exchange, Route route, ApiRequest request) {
            this.exchange = exchange;
            this.route = route;
            this.request = request;
            this.client = exchange.client();
        }

        String tenant() {
            return request.instance().id().value();
        }

        void watch() {
            if (client != null) {
                clients.watch(client, this);
            }
        }

        void release() {
            if (client != null) {
                clients.release(client, this);
            }
        }

        @Override
        public void run() {
            try {
                answer(exchange, route, request);
            } finally {
                release();
            }
        }

        @Override
        public void gone() {
            exchange.markGone();
            if (queue.withdraw(tenant(), this)) {
                exchange.fail(CANCELED);
            }
        }
    }

    private ApiRequest request(Exchange exchange, Instance instance, String path, byte[] body) {
        String type = exchange.header(HttpHeader.CONTENT_TYPE.asString());
        boolean form =
                body.length > 0 && type != null && type.toLowerCase(Locale.ROOT).startsWith(FORM);
        Parameters parameters =
                Parameters.parse(form ? new String(body, StandardCharsets.UTF_8) : "", exchange.queryString());
        return new ApiRequest(
                instance,
                exchange.method(),
                path,
                parameters,
                form ? new byte[0] : body,
                exchange::header,
                exchange.arrivedNanos(),
                exchange.arrivedNanos() + timeoutNanos,
                memory.share(),
                exchange::gone);
    }

    /** What the request holds is given back when the last byte of its answer is written. */
    private static void answer(Exchange exchange, Route route, ApiRequest request) {
        MemoryPool.Share held = request.memory();
        try (held) {
            if (exchange.gone()) {
                exchange.fail(CANCELED);
            } else if (System.nanoTime() - request.deadlineNanos() > 0) {
                exchange.fail(ApiException.timeout("query timed out in query queue"));
            } else {
                exchange.send(route.endpoint().answer(request));
            }
        } catch (RuntimeException | Error e) {
            exchange.fail(e);
            if (e instanceof VirtualMachineError fatal && !(e instanceof StackOverflowError)) {
                throw fatal;
            }
        }
    }
}
