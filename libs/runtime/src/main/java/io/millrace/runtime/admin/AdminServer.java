package io.millrace.runtime.admin;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.millrace.runtime.Health;
import io.millrace.runtime.Service;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves {@code /live}, {@code /ready} and {@code /metrics} on a listener of its own, with its own few threads, so that
 * it answers when the data path is full. Safe for any thread.
 */
public final class AdminServer implements Service {
    private static final Logger log = LoggerFactory.getLogger(AdminServer.class);

    /** Acceptor, selector, and two requests at a time, with one spare. */
    private static final int MAX_THREADS = 6;

    private static final int IDLE_MILLIS = 30_000;

    private final AdminConfig config;
    private final Server server;
    private final ServerConnector connector;

    /** Reports on these services; the list must not change. */
    public AdminServer(AdminConfig config, List<? extends Service> services, PrometheusMeterRegistry registry) {
        this(config, () -> healthOf(services), registry);
    }

    /** Reports what {@code health} says, by name of service, in its order. */
    public AdminServer(AdminConfig config, Supplier<Map<String, Health>> health, PrometheusMeterRegistry registry) {
        this.config = config;
        QueuedThreadPool threads = new QueuedThreadPool(MAX_THREADS, 1, IDLE_MILLIS);
        threads.setName("admin");
        threads.setReservedThreads(0);
        server = new Server(threads);
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
        connector.setHost(config.host());
        connector.setPort(config.port());
        connector.setIdleTimeout(IDLE_MILLIS);
        server.addConnector(connector);
        server.setHandler(new AdminHandler(health, registry));
    }

    private static Map<String, Health> healthOf(List<? extends Service> services) {
        Map<String, Health> health = new LinkedHashMap<>();
        services.forEach(service -> health.put(service.name(), service.check()));
        return health;
    }

    @Override
    public String name() {
        return "admin";
    }

    @Override
    public void start() throws Exception {
        try {
            server.start();
        } catch (IOException e) {
            throw new IOException(
                    "the admin endpoint cannot listen on " + config.host() + ":" + config.port()
                            + "; change admin.host and admin.port or free the port",
                    e);
        }
        log.info("admin endpoint listening host={} port={}", config.host(), port());
    }

    /** The port it listens on, after {@link #start}. */
    public int port() {
        return connector.getLocalPort();
    }

    @Override
    public Health check() {
        return server.isStarted() ? Health.READY : Health.notReady("not started");
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            log.warn("admin endpoint did not stop cleanly", e);
        }
    }
}
