package io.millrace.testkit;

import io.millrace.embedded.KafkaNode;
import io.millrace.embedded.KafkaNodeSettings;
import java.nio.file.Path;

/**
 * The broker of this test JVM: a real one in a child process, started when first asked for, stopped and its data deleted
 * when the JVM ends. Tests keep apart by topic prefixes of their own, and leave it running as they found it.
 * Thread-safe.
 */
public final class TestKafka {

    private TestKafka() {}

    /** {@code 127.0.0.1:<port>}. */
    public static String bootstrapServers() {
        return node().bootstrapServers();
    }

    /** The node itself, for tests that kill, pause or restart it. */
    public static KafkaNode node() {
        return Shared.NODE;
    }

    /** The JVM's class initialisation is the lock. */
    private static final class Shared {
        static final KafkaNode NODE = start();

        private static KafkaNode start() {
            Path folder = TemporaryFolder.create("kafka");
            KafkaNode node = KafkaNode.start(KafkaNodeSettings.in(folder));
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(
                            () -> {
                                node.kill();
                                TemporaryFolder.delete(folder);
                            },
                            "test-kafka-stop"));
            return node;
        }
    }
}
