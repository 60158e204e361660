package io.millrace.limits;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.millrace.wire.remotewrite.ItemCount;
import io.millrace.wire.remotewrite.MessageType;
import io.millrace.wire.remotewrite.SnappyBody;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What stands before the gateways: gives each request to the next of them, and counts the samples in it. */
final class CountingBalancer implements AutoCloseable {
    private static final int MAX_BODY = 32 << 20;
    private static final int SLACK = 64;
    private static final Set<String> PASSED_ON = Set.of(
            "authorization", "content-encoding", "content-type", "x-prometheus-remote-write-version", "retry-attempt");

    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(8);
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<URI> targets;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicLong samples = new AtomicLong();
    private final Map<Integer, Integer> answers = new ConcurrentSkipListMap<>();

    CountingBalancer(List<URI> targets) throws IOException {
        this.targets = targets;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
    }

    /** Samples in all requests that were answered, but for 503: those come again. */
    long samples() {
        return samples.get();
    }

    /** How many answers there were of each status. */
    Map<Integer, Integer> answers() {
        return answers;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            URI target = targets.get(Math.floorMod(next.getAndIncrement(), targets.size()));
            HttpRequest.Builder request =
                    HttpRequest.newBuilder(target).POST(HttpRequest.BodyPublishers.ofByteArray(body));
            exchange.getRequestHeaders().forEach((name, values) -> {
                if (PASSED_ON.contains(name.toLowerCase(Locale.ROOT))) {
                    request.header(name, values.get(0));
                }
            });
            HttpResponse<byte[]> response = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            if (response.statusCode() < 500) {
                samples.addAndGet(count(body));
            }
            answers.merge(response.statusCode(), 1, Integer::sum);
            response.headers()
                    .firstValue("Retry-After")
                    .ifPresent(seconds -> exchange.getResponseHeaders().set("Retry-After", seconds));
            exchange.sendResponseHeaders(
                    response.statusCode(), response.body().length == 0 ? -1 : response.body().length);
            exchange.getResponseBody().write(response.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static int count(byte[] body) {
        int length = SnappyBody.declaredLength(body, 0, body.length, MAX_BODY);
        byte[] message = new byte[length + SLACK];
        SnappyBody.inflate(body, 0, body.length, message, length);
        return ItemCount.of(MessageType.WRITE_REQUEST_V1, message, 0, length).samples();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
