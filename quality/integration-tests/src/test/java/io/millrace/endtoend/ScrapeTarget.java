package io.millrace.endtoend;

import com.sun.net.httpserver.HttpServer;
import io.millrace.testkit.generator.MachineTarget;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** A machine that can be scraped, and go away: 1,230 series, and values a text format finds hard. */
final class ScrapeTarget implements AutoCloseable {

    private static final String SPECIALS = """
            special{kind="nan"} NaN
            special{kind="plus infinity"} +Inf
            special{kind="minus infinity"} -Inf
            special{kind="smallest"} 4.9e-324
            special{kind="greatest"} 1.7976931348623157e308
            special{kind="seventeen digits"} 0.30000000000000004
            special{kind="label \\"with\\" \\\\ and \\n and äöü 水"} 1
            """;

    private final HttpServer server;
    private final MachineTarget machine = new MachineTarget(1);

    ScrapeTarget() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/metrics", exchange -> {
            byte[] page = page(System.currentTimeMillis()).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
            exchange.sendResponseHeaders(200, page.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(page);
            }
        });
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    private String page(long timeMillis) {
        StringBuilder page = new StringBuilder(SPECIALS);
        // Comes and goes: a series with gaps, which Prometheus fills with stale markers.
        if (timeMillis / 7_000 % 2 == 0) {
            page.append("flapping ").append(timeMillis / 1_000).append('\n');
        }
        machine.series()
                .forEach(series -> page.append(series.labels().metricName())
                        .append(series.labels().withoutMetricName())
                        .append(' ')
                        .append(series.valueAt(timeMillis))
                        .append('\n'));
        return page.toString();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
