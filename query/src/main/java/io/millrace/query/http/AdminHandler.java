package io.millrace.query.http;

import io.millrace.runtime.control.Authentication;
import io.millrace.runtime.control.BasicCredentials;
import io.millrace.runtime.control.ControlState;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.thread.Invocable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The transport of the admin API: credentials, body, and two threads of its own, because changes wait for Kafka. */
public final class AdminHandler extends Handler.Abstract implements AutoCloseable {
    static final String PREFIX = "/admin/v1/";
    private static final Logger log = LoggerFactory.getLogger(AdminHandler.class);
    private static final int THREADS = 2;
    private static final int WAITING = 100;

    private final AdminEndpoint api;
    private final ControlState control;
    private final Callers callers;
    private final int maxBodyBytes;
    private final ThreadPoolExecutor pool;

    public AdminHandler(AdminEndpoint api, ControlState control, Callers callers, int maxBodyBytes) {
        this.api = api;
        this.control = control;
        this.callers = callers;
        this.maxBodyBytes = maxBodyBytes;
        this.pool = new ThreadPoolExecutor(
                THREADS, THREADS, 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>(WAITING), task -> {
                    Thread thread = new Thread(task, "query-admin");
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        Exchange exchange = new Exchange(request, response, callback, (status, nanos) -> {});
        String path = exchange.path();
        if (!path.startsWith(PREFIX)) {
            exchange.send(api.error(404, "not_found", "the admin API is at " + PREFIX));
            return true;
        }
        ApiAnswer description = api.description(path.substring(PREFIX.length()));
        if (description != null) {
            exchange.send(description);
            return true;
        }
        Authentication.Authenticated caller = authenticate(exchange);
        if (caller != null) {
            readBody(exchange, caller);
        }
        return true;
    }

    /** Null when the request has been answered. */
    private Authentication.@org.jspecify.annotations.Nullable Authenticated authenticate(Exchange exchange) {
        BasicCredentials credentials = BasicCredentials.parse(exchange.header(HttpHeader.AUTHORIZATION.asString()));
        if (credentials == null) {
            exchange.setHeader("WWW-Authenticate", "Basic realm=\"millrace\", charset=\"UTF-8\"");
            exchange.send(api.error(
                    401,
                    "unauthenticated",
                    "authentication needed: basic auth with the id and secret of an AccessKey"));
            return null;
        }
        Authentication authentication = control.authenticate(credentials.keyId(), credentials.secret());
        if (authentication instanceof Authentication.Authenticated caller) {
            callers.accepted(credentials.keyId(), exchange.request());
            return caller;
        }
        if (authentication instanceof Authentication.NotReady) {
            exchange.setHeader("Retry-After", "5");
            exchange.send(api.error(503, "unavailable", "starting: not all accounts have been read yet"));
            return null;
        }
        int wait = callers.failed(credentials.keyId(), exchange.request());
        if (wait > 0) {
            exchange.setHeader("Retry-After", String.valueOf(wait));
            exchange.send(api.error(429, "too_many_failures", "too many failed attempts, wait " + wait + " s"));
        } else {
            exchange.setHeader("WWW-Authenticate", "Basic realm=\"millrace\", charset=\"UTF-8\"");
            exchange.send(api.error(
                    401, "unauthenticated", "wrong AccessKey id or secret, or the key is disabled or expired"));
        }
        return null;
    }

    private void readBody(Exchange exchange, Authentication.Authenticated caller) {
        Content.Source.asByteArrayAsync(
                exchange.request(),
                maxBodyBytes,
                Promise.Invocable.from(
                        Invocable.InvocationType.BLOCKING,
                        body -> dispatch(exchange, caller, body),
                        failure -> bodyFailed(exchange, failure)));
    }

    private void bodyFailed(Exchange exchange, Throwable failure) {
        exchange.closeAfterwards();
        exchange.send(api.error(
                failure instanceof IllegalStateException ? 413 : 400,
                "invalid",
                "the body cannot be read or is larger than " + maxBodyBytes + " bytes"));
    }

    private void dispatch(Exchange exchange, Authentication.Authenticated caller, byte[] body) {
        try {
            AdminRequest request = new AdminRequest(
                    caller,
                    Callers.address(exchange.request()).getHostAddress(),
                    exchange.method(),
                    List.of(exchange.path().substring(PREFIX.length()).split("/", -1)),
                    Parameters.parse(exchange.queryString()),
                    body);
            pool.execute(() -> answer(exchange, request));
        } catch (ApiException e) {
            exchange.send(api.error(400, "invalid", e.getMessage()));
        } catch (RejectedExecutionException e) {
            exchange.setHeader("Retry-After", "5");
            exchange.send(api.error(503, "unavailable", "too many changes are waiting, or the service is stopping"));
        }
    }

    private void answer(Exchange exchange, AdminRequest request) {
        try {
            exchange.send(api.answer(request));
        } catch (RuntimeException | Error e) {
            log.error("admin request failed method={} path={}", exchange.method(), exchange.path(), e);
            exchange.send(api.error(500, "internal", "an internal error, see the log of the query service"));
        }
    }

    @Override
    public void close() {
        pool.shutdown();
        try {
            if (!pool.awaitTermination(20, TimeUnit.SECONDS)) {
                pool.shutdownNow();
            }
        } catch (InterruptedException e) {
            pool.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
