package io.millrace.embedded;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A real Kafka broker (KRaft, broker and controller in one) as a child process on 127.0.0.1.
 *
 * <p>Thread-safe.
 */
public final class KafkaNode extends ChildNode {

    private final KafkaNodeSettings settings;
    private final int port;
    private final int controllerPort;

    private KafkaNode(KafkaNodeSettings settings, int port, int controllerPort) {
        super(
                new ChildJvm.Command(
                        "Kafka",
                        "embedded-kafka",
                        "io.millrace.embedded.kafka.BrokerMain",
                        jvmArguments(settings),
                        List.of(propertiesFile(settings).toString()),
                        settings.folder(),
                        settings.logFolder().resolve("kafka.log"),
                        settings.logFolder().resolve("kafka.out")),
                settings.startTimeout());
        this.settings = settings;
        this.port = port;
        this.controllerPort = controllerPort;
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

    @Override
    void writeConfiguration() throws IOException {
        KafkaProperties.write(KafkaProperties.of(settings, port, controllerPort), propertiesFile(settings));
    }

    @Override
    boolean isServing() {
        return KafkaProbe.isServing(port);
    }

    /** The port for clients. */
    public int port() {
        return port;
    }

    /** {@code 127.0.0.1:<port>}. */
    public String bootstrapServers() {
        return "127.0.0.1:" + port;
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
