package io.millrace.query;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.kafka.KafkaSettings;
import io.millrace.runtime.kafka.Topics;
import io.millrace.wire.openchunks.OpenChunk;
import io.millrace.wire.openchunks.OpenChunkRequest;
import io.millrace.wire.openchunks.OpenChunkResponseWriter;
import io.millrace.wire.openchunks.OpenPartition;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/** A member of the writers' group with an endpoint, whose open chunks are a list. */
final class FakeWriter implements AutoCloseable {
    final List<OpenChunk> chunks = new CopyOnWriteArrayList<>();
    final AtomicInteger questions = new AtomicInteger();
    volatile OpenPartition.State state = OpenPartition.State.READY;
    volatile long recordsBehind;
    volatile long receivedUntilMs = System.currentTimeMillis();
    private final HttpServer server;
    private final Thread member;
    private volatile boolean closed;
    private volatile int partitions;

    FakeWriter(KafkaSettings settings, String token) throws IOException {
        server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext(OpenChunkRequest.PATH, exchange -> answer(exchange, token));
        server.start();
        Map<String, Object> config = KafkaClients.consumer(
                settings, "millrace-writer@127.0.0.1:" + server.getAddress().getPort());
        config.put(ConsumerConfig.GROUP_ID_CONFIG, settings.topicPrefix() + "storage-writer");
        config.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 6000);
        member = new Thread(() -> {
            try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(new HashMap<>(config))) {
                consumer.subscribe(List.of(Topics.of(settings).samples()));
                while (!closed) {
                    consumer.poll(Duration.ofMillis(100));
                    partitions = consumer.assignment().size();
                }
            }
        });
        member.start();
    }

    int partitions() {
        return partitions;
    }

    private void answer(HttpExchange exchange, String token) throws IOException {
        questions.incrementAndGet();
        try (exchange) {
            if (!token.equals(exchange.getRequestHeaders().getFirst(OpenChunkRequest.TOKEN_HEADER))) {
                exchange.sendResponseHeaders(401, -1);
                return;
            }
            OpenChunkRequest request =
                    OpenChunkRequest.decode(exchange.getRequestBody().readAllBytes());
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                OpenChunkResponseWriter writer = new OpenChunkResponseWriter(out);
                for (OpenChunk chunk : chunks) {
                    boolean asked = request.series() == null || request.series().contains(chunk.series());
                    if (asked && chunk.startMs() <= request.toMs() && chunk.endMs() >= request.fromMs()) {
                        writer.chunk(chunk);
                    }
                }
                for (int i = 0; i < partitions; i++) {
                    writer.partition(new OpenPartition(i, state, receivedUntilMs, recordsBehind));
                }
                writer.end();
            }
        }
    }

    /** Stops answering but stays in the group. */
    void deaf() {
        server.stop(0);
    }

    @Override
    public void close() {
        closed = true;
        server.stop(0);
        try {
            member.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
