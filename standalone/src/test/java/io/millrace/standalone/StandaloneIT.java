package io.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.testkit.generator.MachineTarget;
import io.millrace.testkit.remotewrite.WriteClient;
import io.millrace.testkit.standalone.MillraceProcess;
import io.millrace.testkit.standalone.MillraceProcess.Result;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StandaloneIT {

    private static final int NOT_RUNNING = 3;
    private static final int INTERRUPTED = 130;

    @TempDir
    Path temporary;

    @Test
    void shouldStartRefuseASecondStopAndStartAgainWithItsData() throws Exception {
        try (MillraceProcess millrace = new MillraceProcess(temporary.resolve("my data"))) {
            // when
            millrace.up();

            // then: one key, which works
            String keyId = millrace.keyId();
            assertThat(keyId).matches("MK[A-Z2-7]{16}");
            assertThat(write(millrace, keyId, millrace.secret())).isEqualTo(204);
            assertThat(write(millrace, keyId, "wrong")).isEqualTo(401);
            assertThat(millrace.startDuration()).isLessThan(Duration.ofSeconds(120));

            // and: status
            Result status = millrace.run(List.of("status", "--data=" + millrace.folder()));
            assertThat(status.output()).startsWith("ready").contains("Kafka", "Cassandra", "gateway: ready");
            assertThat(status.exitCode()).isZero();

            // and: a second one is refused
            assertRefused(millrace.run(millrace.upArguments()), "Another millrace works on the data folder");
            List<String> otherFolder = new ArrayList<>(millrace.upArguments());
            otherFolder.set(1, "--data=" + temporary.resolve("other"));
            assertRefused(
                    millrace.run(otherFolder),
                    "is in use by process " + millrace.pids().get(0));

            // and: another key can be made
            Result key = millrace.run(List.of("key", "create", "--data=" + millrace.folder()));
            String[] words = key.output().split("\\s+");
            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(() ->
                            assertThat(write(millrace, words[2], words[5])).isEqualTo(204));

            // when
            List<Long> pids = millrace.pids();
            Result down = millrace.down();

            // then
            assertThat(down.exitCode()).as(down.output()).isZero();
            assertThat(pids).allMatch(pid -> ProcessHandle.of(pid).isEmpty());
            assertThat(millrace.run(List.of("status", "--data=" + millrace.folder()))
                            .exitCode())
                    .isEqualTo(NOT_RUNNING);

            // when
            millrace.up();

            // then
            assertThat(millrace.keyId()).isEqualTo(keyId);
            assertThat(write(millrace, keyId, millrace.secret())).isEqualTo(204);

            // and: Ctrl-C stops it in order
            assertThat(millrace.signalAndWait("INT")).isEqualTo(INTERRUPTED);
            assertThat(millrace.folder().resolve("running")).doesNotExist();
        }
    }

    @Test
    void shouldRecoverFromKills() throws Exception {
        try (MillraceProcess millrace = new MillraceProcess(temporary.resolve("data"))) {
            // given
            millrace.up();

            // when: a node dies
            ProcessHandle.of(millrace.pids().get(1)).orElseThrow().destroyForcibly();

            // then: it is started again
            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                assertThat(write(millrace, millrace.keyId(), millrace.secret())).isEqualTo(204);
                assertThat(ready(millrace)).isTrue();
            });

            // when: the services die
            List<Long> pids = millrace.pids();
            ProcessHandle.of(pids.get(0)).orElseThrow().destroyForcibly();

            // then: the nodes do not outlive them
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(pids)
                            .allMatch(pid -> ProcessHandle.of(pid).isEmpty()));

            // when: everything dies while it starts, and is started again at once
            millrace.up();
            millrace.killEverything();
            millrace.up();

            // then
            assertThat(write(millrace, millrace.keyId(), millrace.secret())).isEqualTo(204);
            millrace.down();
        }
    }

    @Test
    void shouldSayInOneSentenceWhyItDoesNotStart() throws Exception {
        try (MillraceProcess millrace = new MillraceProcess(temporary.resolve("data"))) {
            List<String> up = millrace.upArguments();
            assertRefused(
                    millrace.run(up, Map.of("MILLRACE_STANDALONE_REQUIRED_MEMORY", "1000GiB")), "of memory are free");
            assertRefused(millrace.run(up, Map.of("MILLRACE_STANDALONE_REQUIRED_DISK", "1000TiB")), "free on the disk");

            Result wrongKey = millrace.run(up, Map.of("MILLRACE_STANDALONE_REQUIRED_DISC", "1GiB"));
            assertThat(wrongKey.output()).contains("did you mean MILLRACE_STANDALONE_REQUIRED_DISK?");
            assertThat(wrongKey.exitCode()).isEqualTo(2);

            Files.createDirectories(temporary.resolve("data").resolve("kafka").resolve("topics"));
            Files.writeString(temporary.resolve("data").resolve("millrace.marker"), "format=1 state=complete\n");
            assertRefused(millrace.run(up), "is half-written");
            assertRefused(millrace.run(List.of("down", "--data=" + millrace.folder())), "No Millrace runs in");
        }
    }

    private static void assertRefused(Result result, String reason) {
        assertThat(result.exitCode()).as(result.output()).isEqualTo(1);
        List<String> complaints = result.output()
                .lines()
                .filter(line -> line.startsWith("millrace: "))
                .toList();
        assertThat(complaints).as(result.output()).hasSize(1).first().asString().contains(reason);
        assertThat(result.output()).doesNotContain("Exception", "\tat ");
    }

    private static int write(MillraceProcess millrace, String keyId, String secret)
            throws IOException, InterruptedException {
        WriteClient client = new WriteClient(URI.create(millrace.writeUrl()), keyId, secret);
        return client.send1(new MachineTarget(1).scrape(System.currentTimeMillis()))
                .statusCode();
    }

    private static boolean ready(MillraceProcess millrace) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(millrace.adminUrl() + "/ready"))
                .build();
        return HttpClient.newHttpClient()
                        .send(request, HttpResponse.BodyHandlers.discarding())
                        .statusCode()
                == 200;
    }
}
