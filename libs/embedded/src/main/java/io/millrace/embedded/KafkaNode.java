package io.millrace.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A real Kafka broker (KRaft, broker and controller in one) as a child process on 127.0.0.1.
 *
 * <p>Ports and data stay the same through {@link #restart()}. The child ends when this JVM ends. Thread-safe.
 */
public final class KafkaNode implements AutoCloseable {

    private final KafkaNodeSettings settings;
    private final int port;
    private final int controllerPort;
    private final ChildJvm child;

    private KafkaNode(KafkaNodeSettings settings, int port, int controllerPort) {
        this.settings = settings;
        this.port = port;
        this.controllerPort = controllerPort;
        this.child = new ChildJvm(new ChildJvm.Command(
                "Kafka",
                "embedded-kafka",
                "io.millrace.embedded.kafka.BrokerMain",
                jvmArguments(settings),
                List.of(propertiesFile(settings).toString()),
                settings.folder(),
                settings.logFolder().resolve("kafka.log"),
                settings.logFolder().resolve("kafka.out")));
    }

    /**
     * Starts a broker and returns when it answers clients.
     *
     * @throws NodeException if it cannot start, with the last lines of its log
     */
    public static KafkaNode start(KafkaNodeSettings settings) {
        List<Integer> free = FreePorts.find(2);
        KafkaNode node = new KafkaNode(
                settings,
                settings.port() == 0 ? free.get(0) : settings.port(),
                settings.controllerPort() == 0 ? free.get(1) : settings.controllerPort());
        node.start();
        return node;
    }

    /**
     * Waits until the node that a killed process started in this folder has ended, which is seconds after its parent;
     * returns at once when there is none. {@link #start()} does so too; this is for who wants the ports free before.
     */
    public static void awaitPredecessor(Path folder) {
        PidFile.in(folder).awaitEndOfPredecessor("Kafka");
    }

    /** Starts it again, after {@link #kill()} or {@link #close()}, with the same data and ports. */
    public void start() {
        try {
            Files.createDirectories(settings.folder());
            Files.createDirectories(settings.logFolder());
            KafkaProperties.write(KafkaProperties.of(settings, port, controllerPort), propertiesFile(settings));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        child.start(() -> KafkaProbe.isServing(port), settings.startTimeout());
    }

    /** Closes it in order if it runs, and starts it with the same data and ports. */
    public void restart() {
        child.stop();
        start();
    }

    /** The port for clients. */
    public int port() {
        return port;
    }

    /** {@code 127.0.0.1:<port>}. */
    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    public boolean isAlive() {
        return child.isAlive();
    }

    /** Runs {@code action} once, on another thread, when the process started last ends, for whatever reason. */
    public void onExit(Runnable action) {
        child.onExit(action);
    }

    /** The operating system's id of the process started last. */
    public long pid() {
        return child.pid();
    }

    /** The file it logs to. */
    public Path logFile() {
        return settings.logFolder().resolve("kafka.log");
    }

    /** SIGKILL: no flush, no goodbye. Returns when the process is gone. */
    public void kill() {
        child.kill();
    }

    /** SIGSTOP: connections stay open and nothing answers. */
    public void pause() {
        child.suspend();
    }

    /** SIGCONT. */
    public void resume() {
        child.signal("CONT");
    }

    /** Stops it in order and waits until it is gone. Idempotent. */
    @Override
    public void close() {
        child.stop();
    }

    private static Path propertiesFile(KafkaNodeSettings settings) {
        return settings.folder().resolve("server.properties");
    }

    private static List<String> jvmArguments(KafkaNodeSettings settings) {
        return List.of(
                "-Xms64m",
                "-Xmx" + settings.heapMegabytes() + "m",
                "-XX:+UseG1GC",
                "-XX:MaxGCPauseMillis=20",
                "-XX:InitiatingHeapOccupancyPercent=35",
                "-XX:+ExitOnOutOfMemoryError",
                "-Djava.awt.headless=true");
    }
}
