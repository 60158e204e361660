package io.millrace.gateway.http;

import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.util.thread.TryExecutor;
import org.jspecify.annotations.Nullable;

/**
 * Leaves connections to the threads of their selectors. When Kafka acknowledges, many requests end at once, on its thread, and
 * each of their connections has to look for its next request: to wake a thread for each of them costs more than what it then
 * does. Everything that is not a connection goes to the pool as it is. Thread-safe.
 */
final class ConnectionExecutor implements TryExecutor {
    private final TryExecutor pool;

    ConnectionExecutor(TryExecutor pool) {
        this.pool = pool;
    }

    /** @throws java.util.concurrent.RejectedExecutionException when the pool takes no more work */
    @Override
    public void execute(Runnable job) {
        @Nullable
        SelectedEndPoint socket =
                job instanceof Connection connection ? SelectedEndPoint.of(connection.getEndPoint()) : null;
        if (socket == null) {
            pool.execute(job);
        } else {
            socket.later(job);
        }
    }

    @Override
    public boolean tryExecute(Runnable job) {
        return pool.tryExecute(job);
    }
}
