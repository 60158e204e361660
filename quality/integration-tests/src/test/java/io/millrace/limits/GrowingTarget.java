package io.millrace.limits;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** A page of metrics with as many series as it is told. */
final class GrowingTarget implements AutoCloseable {
    private final HttpServer server;
    private volatile int series;

    GrowingTarget() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/metrics", exchange -> {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < series; i++) {
                text.append("limits_total{number=\"")
                        .append(i)
                        .append("\"} ")
                        .append(i)
                        .append('\n');
            }
            byte[] page = text.toString().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
            exchange.sendResponseHeaders(200, page.length == 0 ? -1 : page.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(page);
            }
        });
        server.start();
    }

    /** How many series the next scrape finds. */
    void grow(int toSeries) {
        series = toSeries;
    }

    int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
