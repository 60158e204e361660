package io.millrace.writer.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.writer.partition.PartitionOwner;
import java.io.IOException;
import java.util.Collection;
import java.util.function.Supplier;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/** The listener for queries. Thread-safe. */
public final class OpenChunkServer implements AutoCloseable {
    /** Acceptor, selector, and 30 requests at a time; more wait for a thread. */
    private static final int MAX_THREADS = 32;

    private static final int IDLE_MILLIS = 60_000;

    private final String host;
    private final int port;
    private final Server server;
    private final ServerConnector connector;

    /** @param token what callers must present; null when anybody may ask */
    public OpenChunkServer(
            String host,
            int port,
            @Nullable String token,
            int partitions,
            Supplier<Collection<PartitionOwner>> owners,
            MeterRegistry registry) {
        this.host = host;
        this.port = port;
        QueuedThreadPool threads = new QueuedThreadPool(MAX_THREADS, 1, IDLE_MILLIS);
        threads.setName("open-chunks");
        threads.setReservedThreads(0);
        server = new Server(threads);
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
        connector.setHost(host);
        connector.setPort(port);
        connector.setIdleTimeout(IDLE_MILLIS);
        server.addConnector(connector);
        server.setHandler(new OpenChunkHandler(owners, partitions, token, registry));
    }

    public void start() throws Exception {
        try {
            server.start();
        } catch (IOException e) {
            throw new IOException(
                    "the endpoint for queries cannot listen on " + host + ":" + port
                            + "; change writer.internal.host and writer.internal.port or free the port",
                    e);
        }
    }

    /** The port it listens on, after {@link #start}. */
    public int port() {
        return connector.getLocalPort();
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("the endpoint for queries did not stop", e);
        }
    }
}
