package io.millrace.gateway.http;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Closes connections whose request headers do not come to an end. A byte now and then keeps a connection from being idle,
 * so that the idle timeout does not see them; this looks at every connection once a second and closes those that
 * have had bytes of a next request, but no whole head, for longer than the limit. Bodies have a deadline of their own
 * ({@link RequestBody}). Thread-safe.
 */
final class SlowSenderGuard extends Handler.Wrapper implements Connection.Listener {
    private final Duration headerTimeout;
    private final LongSupplier nanoClock;
    private final ConcurrentMap<Connection, Watched> connections = new ConcurrentHashMap<>();

    SlowSenderGuard(Handler next, Duration headerTimeout, LongSupplier nanoClock) {
        super(next);
        this.headerTimeout = headerTimeout;
        this.nanoClock = nanoClock;
    }

    /** What is known of a connection. */
    private static final class Watched {
        /** Whether a request is being worked on: its head has come, its answer has not gone. */
        private volatile boolean working;

        private volatile long bytesBefore;
        /** When the head in question was first seen; at the beginning, when the connection was made. */
        private volatile long sinceNanos;

        private volatile boolean waiting = true;
    }

    @Override
    public void onOpened(Connection connection) {
        if (connection instanceof SslConnection) {
            return; // the HTTP connection inside is watched, from the handshake on
        }
        Watched watched = new Watched();
        watched.sinceNanos = nanoClock.getAsLong();
        connections.put(connection, watched);
    }

    @Override
    public void onClosed(Connection connection) {
        connections.remove(connection);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        ConnectionMetaData metaData = request.getConnectionMetaData();
        Connection connection = metaData.getConnection();
        Watched watched = connections.get(connection);
        if (watched != null) {
            watched.working = true;
            Request.addCompletionListener(request, failure -> end(connection, watched));
        }
        return super.handle(request, response, callback);
    }

    private static void end(Connection connection, Watched watched) {
        watched.bytesBefore = connection.getBytesIn();
        watched.waiting = false;
        watched.working = false;
    }

    /** Looks at every connection; called about once a second. */
    void sweep() {
        long now = nanoClock.getAsLong();
        connections.forEach((connection, watched) -> {
            TimeoutException late = check(connection, watched, now);
            if (late != null) {
                connection.getEndPoint().close(late);
            }
        });
    }

    private @Nullable TimeoutException check(Connection connection, Watched watched, long now) {
        if (watched.working) {
            return null;
        }
        if (!watched.waiting) {
            if (connection.getBytesIn() > watched.bytesBefore) {
                watched.waiting = true;
                watched.sinceNanos = now;
            }
            return null;
        }
        return now - watched.sinceNanos > headerTimeout.toNanos()
                ? new TimeoutException("request headers not complete after " + headerTimeout)
                : null;
    }

    int connectionCount() {
        return connections.size();
    }
}
