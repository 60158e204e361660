package io.millrace.query.http;

import java.io.IOException;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The listener: HTTP/1.1, plain. Its threads only take requests in; queries run on those of the {@link FairQueue}. */
final class QueryServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(QueryServer.class);
    private static final int THREADS = 16;
    private static final int IDLE_MILLIS = 60_000;
    /** A query of 128 KiB may come in the address; clients that are careful use POST. */
    private static final int HEADER_BYTES = 160 << 10;

    private final String host;
    private final Server server;
    private final ServerConnector connector;

    QueryServer(String host, int port, Handler handler) {
        this.host = host;
        QueuedThreadPool threads = new QueuedThreadPool(THREADS, 2, IDLE_MILLIS);
        threads.setName("query-http");
        server = new Server(threads);
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setRequestHeaderSize(HEADER_BYTES);
        http.setUriCompliance(UriCompliance.RFC3986.with("millrace", UriCompliance.Violation.AMBIGUOUS_PATH_ENCODING));
        connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
        connector.setHost(host);
        connector.setPort(port);
        connector.setIdleTimeout(IDLE_MILLIS);
        server.addConnector(connector);
        server.setHandler(handler);
        server.setErrorHandler(new PlainErrors());
    }

    /** What Jetty itself refuses, in one line of text; never a stack trace. */
    private static final class PlainErrors extends ErrorHandler {
        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            String reason = String.valueOf(request.getAttribute(ErrorHandler.ERROR_MESSAGE));
            response.getHeaders().put("Content-Type", "text/plain; charset=utf-8");
            String text = response.getStatus() + (reason.equals("null") ? "" : " " + reason) + "\n";
            org.eclipse.jetty.io.Content.Sink.write(response, true, text, callback);
            return true;
        }
    }

    void start() throws Exception {
        try {
            server.start();
        } catch (IOException e) {
            throw new IOException(
                    "the query API cannot listen on " + host + ":" + connector.getPort()
                            + "; change query.http.host and query.http.port or free the port",
                    e);
        }
        log.info("query API listening host={} port={}", host, port());
    }

    int port() {
        return connector.getLocalPort();
    }

    boolean isRunning() {
        return server.isStarted();
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            log.warn("query API did not stop cleanly", e);
        }
    }
}
