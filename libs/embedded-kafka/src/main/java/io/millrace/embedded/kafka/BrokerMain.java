package io.millrace.embedded.kafka;

import io.millrace.embedded.child.ParentWatch;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One Kafka broker and controller (KRaft) as a child process: {@code BrokerMain <server.properties>}.
 *
 * <p>Exit codes: 0 after an orderly stop (SIGTERM or end of standard input), 1 when it could not start (one sentence on
 * standard error says why), 2 when it was called wrongly, 3 when an orderly stop took longer than
 * {@link #STOP_DEADLINE}.
 */
public final class BrokerMain {

    private static final Logger log = LoggerFactory.getLogger(BrokerMain.class);

    /** An idle broker stops in about 2 s, one with a long queue of segments to flush in well under this. */
    private static final Duration STOP_DEADLINE = Duration.ofSeconds(30);

    private BrokerMain() {}

    /**
     * Formats the data folder if it is empty, starts the broker, and returns when it has stopped.
     *
     * @param arguments one element: the path of a Kafka {@code server.properties} with exactly one folder in
     *     {@code log.dirs} and a static quorum ({@code controller.quorum.voters}), so that ports may change between
     *     starts
     */
    public static void main(String[] arguments) {
        if (arguments.length != 1) {
            System.err.println("usage: BrokerMain <server.properties>");
            System.exit(2);
        }
        // From the first moment: a parent that dies while the broker still starts must not leave it behind.
        ParentWatch.watch(System.in, STOP_DEADLINE, 3);
        try {
            run(load(Path.of(arguments[0])));
        } catch (Exception e) {
            log.error("broker could not start", e);
            System.err.println("Kafka cannot start: " + messages(e));
            System.exit(1);
        }
    }

    private static void run(Properties properties) throws Exception {
        long start = System.nanoTime();
        boolean formatted = DataFolder.of(properties).formatIfNew();
        KafkaRaftServer server = new KafkaRaftServer(KafkaConfig.fromProps(properties, false), Time.SYSTEM);
        Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown, "broker-shutdown"));
        server.startup();
        log.info("broker started millis={} formatted={}", (System.nanoTime() - start) / 1_000_000, formatted);
        server.awaitShutdown();
    }

    /** The messages of an exception and its causes in one line: the last often has the reason. */
    private static String messages(Throwable failure) {
        StringBuilder text = new StringBuilder(String.valueOf(failure.getMessage()));
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            if (cause.getMessage() != null && text.indexOf(cause.getMessage()) < 0) {
                text.append(": ").append(cause.getMessage());
            }
        }
        return text.toString();
    }

    private static Properties load(Path file) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(reader);
        }
        return properties;
    }
}
