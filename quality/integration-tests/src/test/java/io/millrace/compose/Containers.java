package io.millrace.compose;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/** A broker and a node from the official images, as the compose stack runs them. */
final class Containers {
    static final String KAFKA = "apache/kafka:4.3.1";
    static final String CASSANDRA = "cassandra:5.0";

    private static final Path ROOT = Path.of(System.getProperty("millrace.home"));

    private Containers() {}

    /** Skips the test where the images are not to be had. */
    static void require(String image) {
        Docker.require(ROOT, List.of(image));
    }

    /** A broker reachable on the same port inside and outside, because it tells clients its own address. */
    static GenericContainer<?> kafka(int port) {
        GenericContainer<?> container = new GenericContainer<>(DockerImageName.parse(KAFKA))
                .withImagePullPolicy(image -> false)
                .withEnv("CLUSTER_ID", "5L6g3nShT-eMCtK--X86sw")
                .withEnv("KAFKA_NODE_ID", "1")
                .withEnv("KAFKA_PROCESS_ROLES", "broker,controller")
                .withEnv("KAFKA_CONTROLLER_QUORUM_VOTERS", "1@localhost:9093")
                .withEnv("KAFKA_CONTROLLER_LISTENER_NAMES", "CONTROLLER")
                .withEnv("KAFKA_LISTENERS", "PLAINTEXT://:" + port + ",CONTROLLER://:9093")
                .withEnv("KAFKA_ADVERTISED_LISTENERS", "PLAINTEXT://127.0.0.1:" + port)
                .withEnv("KAFKA_LISTENER_SECURITY_PROTOCOL_MAP", "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT")
                .withEnv("KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR", "1")
                .withEnv("KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR", "1")
                .withEnv("KAFKA_TRANSACTION_STATE_LOG_MIN_ISR", "1")
                .withEnv("KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS", "0")
                .withExposedPorts(port)
                .waitingFor(Wait.forListeningPort())
                .withStartupTimeout(Duration.ofMinutes(2));
        container.setPortBindings(List.of(port + ":" + port));
        return container;
    }

    /** A node whose commit log is durable. */
    static GenericContainer<?> cassandra(int port) {
        GenericContainer<?> container = new GenericContainer<>(DockerImageName.parse(CASSANDRA))
                .withImagePullPolicy(image -> false)
                .withEnv("MAX_HEAP_SIZE", "512M")
                .withEnv("HEAP_NEWSIZE", "128M")
                .withEnv(
                        "JVM_OPTS",
                        "-Dcassandra.config.allow_system_properties=true -Dcassandra.settings.commitlog_sync=batch"
                                + " -Dcassandra.settings.commitlog_sync_period=0ms")
                .withEnv("CASSANDRA_BROADCAST_ADDRESS", "127.0.0.1")
                .withExposedPorts(9042)
                .waitingFor(Wait.forListeningPort())
                .withStartupTimeout(Duration.ofMinutes(3));
        container.setPortBindings(List.of(port + ":9042"));
        return container;
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
