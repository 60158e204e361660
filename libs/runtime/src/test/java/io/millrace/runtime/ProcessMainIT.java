package io.millrace.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.admin.AdminConfig;
import io.millrace.runtime.metrics.Metrics;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Runs {@link Child} in a JVM of its own and sends it signals. */
class ProcessMainIT {
    private Process process;

    @AfterEach
    void kill() {
        process.destroyForcibly();
    }

    @Test
    void shouldCloseInReverseOrderAtSigterm() throws Exception {
        // given
        BufferedReader output = start("works");
        readUntil(output, "start second");

        // when
        process.toHandle().destroy();

        // then
        assertThat(output.lines()).containsSubsequence("close second", "close first");
        assertThat(exitCode()).isEqualTo(143);
    }

    @Test
    void shouldStopAStartThatIsWaiting() throws Exception {
        // given
        BufferedReader output = start("waits");
        readUntil(output, "start second");

        // when
        process.toHandle().destroy();

        // then
        assertThat(output.lines()).containsSubsequence("close second", "close first");
        assertThat(exitCode()).isEqualTo(143);
    }

    @Test
    void shouldSayInOneLineWhyItCannotStart() throws Exception {
        // when
        BufferedReader output = start("fails");

        // then
        assertThat(output.lines().toList())
                .containsSubsequence("close second", "close first", "millrace child: second cannot start: no broker");
        assertThat(exitCode()).isEqualTo(1);
    }

    private BufferedReader start(String how) throws IOException {
        process = new ProcessBuilder(List.of(
                        System.getProperty("java.home") + "/bin/java",
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName(),
                        how))
                .redirectErrorStream(true)
                .start();
        return process.inputReader(StandardCharsets.UTF_8);
    }

    private static void readUntil(BufferedReader output, String wanted) throws IOException {
        String line = output.readLine();
        while (line != null && !line.equals(wanted)) {
            line = output.readLine();
        }
        assertThat(line).isEqualTo(wanted);
    }

    private int exitCode() throws InterruptedException {
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    /** A process of two services that say what happens to them. */
    static final class Child {
        private record Admin(String host, int port) implements AdminConfig {}

        private Child() {}

        public static void main(String[] args) {
            System.exit(ProcessMain.run(
                    "child",
                    args,
                    (file, environment) -> new ProcessMain.Parts(
                            List.of(new Speaking("first", "works"), new Speaking("second", String.valueOf(file))),
                            new Admin("127.0.0.1", 0),
                            Metrics.create())));
        }
    }

    private record Speaking(String name, String how) implements Service {
        @Override
        public void start() throws InterruptedException {
            System.out.println("start " + name);
            if (how.equals("fails")) {
                throw new IllegalStateException("no broker");
            }
            if (how.equals("waits")) {
                TimeUnit.MINUTES.sleep(1);
            }
        }

        @Override
        public Health check() {
            return Health.READY;
        }

        @Override
        public void close() {
            System.out.println("close " + name);
        }
    }
}
