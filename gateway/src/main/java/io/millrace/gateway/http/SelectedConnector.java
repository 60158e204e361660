package io.millrace.gateway.http;

import io.micrometer.core.instrument.Timer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Executor;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** A listener whose connections are {@link SelectedEndPoint}s. */
final class SelectedConnector extends ServerConnector {
    /** So many as the server thinks fit. */
    private static final int DEFAULT_ACCEPTORS = -1;

    private final Timer wait;

    /**
     * @param selectors threads that do what connections need
     * @param wait is told how long connections wait for them
     */
    SelectedConnector(Server server, Executor executor, int selectors, Timer wait, ConnectionFactory... factories) {
        super(server, executor, null, null, DEFAULT_ACCEPTORS, selectors, factories);
        this.wait = wait;
    }

    @Override
    protected SelectedEndPoint newEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key) {
        SelectedEndPoint endPoint = new SelectedEndPoint(channel, selector, key, getScheduler(), wait);
        endPoint.setIdleTimeout(getIdleTimeout());
        return endPoint;
    }
}
