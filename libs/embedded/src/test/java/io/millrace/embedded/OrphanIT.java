package io.millrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills a process that has started both nodes, and looks whether they outlive it. */
class OrphanIT {

    @TempDir
    Path folder;

    /** The process that is killed: starts both nodes in the folder given, prints their pids, and waits. */
    static final class Parent {
        public static void main(String[] arguments) throws Exception {
            Path folder = Path.of(arguments[0]);
            KafkaNode kafka = KafkaNode.start(KafkaNodeSettings.in(folder.resolve("kafka")));
            CassandraNode cassandra = CassandraNode.start(CassandraNodeSettings.in(folder.resolve("cassandra")));
            System.out.println("PIDS " + kafka.pid() + " " + cassandra.pid());
            Thread.sleep(Duration.ofMinutes(5).toMillis());
        }
    }

    @Test
    void shouldEndBothNodesWhenTheirParentIsKilled() throws Exception {
        // given
        Process parent = startParent();
        long[] pids = readPids(parent);

        // when
        parent.destroyForcibly().waitFor();

        // then
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            assertThat(ProcessHandle.of(pids[0])).isEmpty();
            assertThat(ProcessHandle.of(pids[1])).isEmpty();
        });
    }

    @Test
    void shouldWaitForTheNodesOfAKilledParentAndStartOnTheirData() throws Exception {
        // given
        Process parent = startParent();
        long[] pids = readPids(parent);
        parent.destroyForcibly().waitFor();

        // when
        try (CassandraNode node = CassandraNode.start(CassandraNodeSettings.in(folder.resolve("cassandra")));
                KafkaNode kafka = KafkaNode.start(KafkaNodeSettings.in(folder.resolve("kafka")))) {

            // then
            assertThat(ProcessHandle.of(pids[1])).isEmpty();
            assertThat(node.isAlive()).isTrue();
            assertThat(kafka.isAlive()).isTrue();
        }
    }

    private Process startParent() throws Exception {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-D" + Installation.HOME + "=" + System.getProperty(Installation.HOME),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Parent.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static long[] readPids(Process parent) throws Exception {
        BufferedReader reader =
                new BufferedReader(new InputStreamReader(parent.getInputStream(), StandardCharsets.UTF_8));
        String line = reader.readLine();
        while (line != null && !line.startsWith("PIDS ")) {
            line = reader.readLine();
        }
        assertThat(line).as("the parent's pids").isNotNull();
        String[] words = line.split(" ");
        return new long[] {Long.parseLong(words[1]), Long.parseLong(words[2])};
    }
}
