package io.millrace.standalone;

import io.millrace.embedded.CassandraNode;
import io.millrace.embedded.CassandraNodeSettings;
import io.millrace.embedded.KafkaNode;
import io.millrace.embedded.KafkaNodeSettings;
import io.millrace.embedded.NodeException;
import io.millrace.runtime.Health;
import io.millrace.runtime.Service;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The broker and the node under all other services: started at the same time, stopped after all others, and started
 * again when one ends by itself, which the services bear as they bear any restart of Kafka or Cassandra.
 *
 * <p>Thread-safe. Starts, restarts and stops run on one thread for each node.
 */
final class Nodes implements Service {

    private static final Logger log = LoggerFactory.getLogger(Nodes.class);

    private static final Duration PAUSE_BETWEEN_STARTS = Duration.ofSeconds(10);

    private final KafkaNodeSettings kafkaSettings;
    private final CassandraNodeSettings cassandraSettings;
    private final Progress progress;
    private final ExecutorService kafkaThread = thread("kafka-node");
    private final ExecutorService cassandraThread = thread("cassandra-node");
    private volatile @Nullable KafkaNode kafka;
    private volatile @Nullable CassandraNode cassandra;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean closing;

    Nodes(KafkaNodeSettings kafkaSettings, CassandraNodeSettings cassandraSettings, Progress progress) {
        this.kafkaSettings = kafkaSettings;
        this.cassandraSettings = cassandraSettings;
        this.progress = progress;
    }

    @Override
    public String name() {
        return "nodes";
    }

    @Override
    public void start() throws Exception {
        CompletableFuture<Void> both = CompletableFuture.allOf(
                CompletableFuture.runAsync(this::startKafka, kafkaThread),
                CompletableFuture.runAsync(this::startCassandra, cassandraThread));
        try {
            both.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof NodeException reason ? reason : e;
        }
    }

    private void startKafka() {
        long start = System.nanoTime();
        KafkaNode node = KafkaNode.start(kafkaSettings);
        kafka = node;
        progress.done("Kafka       " + node.bootstrapServers(), start);
        watchKafka(node);
    }

    private void watchKafka(KafkaNode node) {
        node.onExit(() -> restart(kafkaThread, "Kafka", () -> {
            node.start();
            watchKafka(node);
        }));
    }

    private void startCassandra() {
        long start = System.nanoTime();
        CassandraNode node = CassandraNode.start(cassandraSettings);
        cassandra = node;
        progress.done("Cassandra   127.0.0.1:" + node.port(), start);
        watchCassandra(node);
    }

    private void watchCassandra(CassandraNode node) {
        node.onExit(() -> restart(cassandraThread, "Cassandra", () -> {
            node.start();
            watchCassandra(node);
        }));
    }

    private void restart(ExecutorService thread, String name, Runnable start) {
        if (closing) {
            return;
        }
        log.error("node ended by itself and is started again name={}", name);
        try {
            thread.execute(() -> startAgain(name, start));
        } catch (RejectedExecutionException e) {
            log.info("node is not started again, everything stops name={}", name);
        }
    }

    /** Tries until it works: a node that ended because its disk is full can be started when there is room again. */
    private void startAgain(String name, Runnable start) {
        while (!closing) {
            try {
                start.run();
                return;
            } catch (NodeException e) {
                log.error(
                        "node cannot be started again, next attempt in {} s name={}",
                        PAUSE_BETWEEN_STARTS.toSeconds(),
                        name,
                        e);
                pause();
            }
        }
    }

    private void pause() {
        try {
            boolean unused = closed.await(PAUSE_BETWEEN_STARTS.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public Health check() {
        KafkaNode broker = kafka;
        CassandraNode node = cassandra;
        if (broker == null || !broker.isAlive()) {
            return Health.notReady("Kafka does not run");
        }
        if (node == null || !node.isAlive()) {
            return Health.notReady("Cassandra does not run");
        }
        return Health.READY;
    }

    @Override
    public void close() {
        if (closing) {
            return;
        }
        closing = true;
        closed.countDown();
        CompletableFuture<Void> both = CompletableFuture.allOf(
                CompletableFuture.runAsync(() -> close(kafka), kafkaThread),
                CompletableFuture.runAsync(() -> close(cassandra), cassandraThread));
        kafkaThread.shutdown();
        cassandraThread.shutdown();
        both.join();
    }

    private static void close(@Nullable AutoCloseable node) {
        try {
            if (node != null) {
                node.close();
            }
        } catch (Exception e) {
            throw new CompletionException(e);
        }
    }

    private static ExecutorService thread(String name) {
        return Executors.newSingleThreadExecutor(body -> {
            Thread thread = new Thread(body, name);
            thread.setDaemon(true);
            return thread;
        });
    }
}
