package io.millrace.gateway.http;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jetty.JettyServerThreadPoolMetrics;
import io.millrace.gateway.GatewaySettings;
import io.millrace.gateway.ingest.InFlightBytes;
import io.millrace.gateway.ingest.Ingest;
import io.millrace.runtime.control.ControlState;
import io.millrace.runtime.control.FailedAttempts;
import io.millrace.runtime.control.KeyUses;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP server: two listeners, HTTP/1.1 only. There is no ALPN, so that a TLS client that offers h2 gets 1.1, and no
 * upgrade to h2c: senders that open one h2 connection would send all shards over one socket. {@link #start} and {@link
 * #close} belong to one thread.
 */
public final class GatewayServer implements AutoCloseable {
    /** A body of 1,000 samples has 30 to 80 KB; fewer reads are cheaper. */
    private static final int INPUT_BUFFER = 64 << 10;

    private static final int REQUEST_HEADER_BYTES = 8 << 10;
    private static final int ACCEPT_QUEUE = 1024;
    /** Requests that wait for Kafka are given time to hear their answer. */
    private static final int STOP_MILLIS = 12_000;

    private static final int LISTENERS = 2;
    private static final int SWEEP_SECONDS = 1;
    private static final int CERTIFICATE_SECONDS = 5;

    private final GatewaySettings settings;
    private final Server server;
    private final SlowSenderGuard guard;
    private final ConnectionExecutor executor;
    private final Timer selectorWait;
    private @Nullable ServerConnector internal;
    private @Nullable ServerConnector internet;
    private @Nullable CertificateReload certificate;

    /** The threads of the listeners, and those for what would hold them up; the server starts and stops them. */
    public static QueuedThreadPool threads(GatewaySettings settings) {
        QueuedThreadPool threads = new QueuedThreadPool(settings.requests().maxThreads());
        threads.setName("gateway-http");
        return threads;
    }

    /** Threads of all listeners, which work on requests. */
    public static int workers(GatewaySettings settings) {
        return LISTENERS * selectors(settings);
    }

    private static int selectors(GatewaySettings settings) {
        return selectors(
                Runtime.getRuntime().availableProcessors(), settings.requests().maxThreads());
    }

    /** Threads of one listener: a core is left for the producer's thread, and half of all threads for the rest. */
    static int selectors(int cores, int maxThreads) {
        return Math.max(1, Math.min(cores - 1, maxThreads / (2 * LISTENERS)));
    }

    /** Does nothing yet. @param uses is told of each key that was accepted */
    public GatewayServer(
            GatewaySettings settings,
            ControlState control,
            KeyUses uses,
            Ingest ingest,
            InFlightBytes inFlight,
            QueuedThreadPool threads,
            MeterRegistry registry,
            LongSupplier clockMs) {
        this.settings = settings;
        WriteHandler handler = new WriteHandler(
                new WriteAccess(
                        control,
                        new FailedAttempts(System::nanoTime),
                        uses,
                        settings.domain().orElse(null)),
                ingest,
                inFlight,
                new RequestMetrics(registry),
                settings.requests().maxBody().toIntBytes(),
                settings.requests().bodyTimeout(),
                clockMs);
        guard = new SlowSenderGuard(handler, settings.requests().headerTimeout(), System::nanoTime);
        executor = new ConnectionExecutor(threads);
        server = new Server(threads);
        server.setHandler(new GracefulHandler(guard));
        server.setErrorHandler(new PlainErrors());
        server.setStopTimeout(STOP_MILLIS);
        new JettyServerThreadPoolMetrics(threads, List.of()).bindTo(registry);
        selectorWait = Timer.builder("millrace.gateway.selector.wait")
                .description(
                        "Time that what is left to do for a connection, mostly to look for its next request, waits for its thread")
                .serviceLevelObjectives(Duration.ofMillis(1), Duration.ofMillis(10), Duration.ofMillis(100))
                .register(registry);
        Gauge.builder("millrace.gateway.connections", guard, SlowSenderGuard::connectionCount)
                .description("Open connections of senders")
                .register(registry);
    }

    /** @throws Exception when a port is taken or a certificate cannot be read; the message says which */
    public void start() throws Exception {
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setSendDateHeader(false);
        http.setRequestHeaderSize(REQUEST_HEADER_BYTES);
        http.setUriCompliance(UriCompliance.DEFAULT);
        if (settings.internal().enabled()) {
            internal = connector(
                    "internal", settings.internal().host(), settings.internal().port(), httpFactory(http));
        }
        if (settings.internet().enabled()) {
            internet = connector(
                    "internet", settings.internet().host(), settings.internet().port(), internetFactories(http));
        }
        server.addBean(new NetworkConnectionLimit(settings.requests().maxConnections(), server));
        server.start();
        sweep();
        watchCertificate();
    }

    private static HttpConnectionFactory httpFactory(HttpConfiguration http) {
        HttpConnectionFactory factory = new HttpConnectionFactory(http);
        factory.setInputBufferSize(INPUT_BUFFER);
        return factory;
    }

    private ConnectionFactory[] internetFactories(HttpConfiguration http) throws IOException {
        Path chain = settings.internet().certificate().orElse(null);
        Path key = settings.internet().privateKey().orElse(null);
        if (chain == null || key == null) {
            return new ConnectionFactory[] {httpFactory(http)};
        }
        SslContextFactory.Server tls = new SslContextFactory.Server();
        CertificateReload reload = new CertificateReload(new PemCertificate(chain, key), tls);
        reload.load();
        certificate = reload;
        HttpConfiguration https = new HttpConfiguration(http);
        // senders may come by an address that is not in the certificate when they verify by other means
        https.addCustomizer(new SecureRequestCustomizer(false));
        HttpConnectionFactory factory = httpFactory(https);
        return new ConnectionFactory[] {new SslConnectionFactory(tls, factory.getProtocol()), factory};
    }

    private ServerConnector connector(String name, String host, int port, ConnectionFactory... factories) {
        ServerConnector connector =
                new SelectedConnector(server, executor, selectors(settings), selectorWait, factories);
        connector.setName(name);
        connector.setHost(host);
        connector.setPort(port);
        connector.setIdleTimeout(settings.requests().idleTimeout().toMillis());
        connector.setAcceptQueueSize(ACCEPT_QUEUE);
        connector.addBean(guard, false);
        server.addConnector(connector);
        return connector;
    }

    private void sweep() {
        if (server.isRunning()) {
            guard.sweep();
            server.getScheduler().schedule(this::sweep, SWEEP_SECONDS, TimeUnit.SECONDS);
        }
    }

    private void watchCertificate() {
        CertificateReload reload = certificate;
        if (reload != null && server.isRunning()) {
            reload.check();
            server.getScheduler().schedule(this::watchCertificate, CERTIFICATE_SECONDS, TimeUnit.SECONDS);
        }
    }

    /** The port of the internal listener after {@link #start}; -1 when there is none. */
    public int internalPort() {
        ServerConnector connector = internal;
        return connector == null ? -1 : connector.getLocalPort();
    }

    /** The port of the internet listener after {@link #start}; -1 when there is none. */
    public int internetPort() {
        ServerConnector connector = internet;
        return connector == null ? -1 : connector.getLocalPort();
    }

    public boolean isRunning() {
        return server.isRunning();
    }

    /** Takes no more requests, waits for those that are on their way, and stops. */
    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("the HTTP server does not stop", e);
        }
    }
}
