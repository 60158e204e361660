package io.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
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
            administer(millrace);
            repair(millrace);

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

    private static void assertOwnerOnly(Path file) throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    /** The commands on the admin API, as a person would use them. */
    private void administer(MillraceProcess millrace) throws Exception {
        String data = "--data=" + millrace.folder();
        Path credentials = millrace.folder().resolve("admin.credentials");
        assertOwnerOnly(credentials);
        assertThat(succeed(millrace, "whoami", data)).contains("millrace-cli");
        assertThat(succeed(millrace, "instance", "list", data)).contains("demo", "millrace", "1,000,000");

        // a file in git: tried, applied, applied again, exported
        Path file = temporary.resolve("tenants.yaml");
        Files.writeString(file, """
                version: 1
                accounts:
                  - id: acme
                    instances:
                      - id: acme-prod
                        retentionDays: 90
                        processing:
                          dropMetrics: ["go_.*"]
                    users:
                      - id: acme-agent
                        policies: [{level: write, instances: [acme-prod]}]
                """);
        Result tried = millrace.run(List.of("apply", "-f", file.toString(), "--dry-run", "--exit-code", data));
        assertThat(tried.exitCode()).isEqualTo(4);
        assertThat(tried.output()).contains("+ instance acme-prod (acme)", "Nothing was changed.");
        Path keys = temporary.resolve("new-keys");
        assertThat(succeed(millrace, "apply", "-f", file.toString(), "--create-missing-keys", keys.toString(), data))
                .contains("Done: 5 made, 0 changed, 0 deleted.")
                .doesNotContain("secret");
        assertOwnerOnly(keys);
        String[] made = Files.readAllLines(keys).get(1).split(" ");
        assertThat(made[0]).isEqualTo("acme-agent");
        assertThat(succeed(millrace, "apply", "-f", file.toString(), data)).contains("Everything is as");
        Path exported = temporary.resolve("exported.yaml");
        Files.writeString(exported, succeed(millrace, "export", data));
        assertThat(succeed(millrace, "apply", "-f", exported.toString(), "--prune", data))
                .contains("Everything is as");

        // what is wrong is told with its line, all at once
        Files.writeString(
                file,
                Files.readString(file).replace("retentionDays", "retentionDay").replace("write", "w"));
        Result wrong = millrace.run(List.of("apply", "-f", file.toString(), data));
        assertThat(wrong.exitCode()).isEqualTo(1);
        assertThat(wrong.output())
                .contains("2 problems")
                .contains("tenants.yaml:6: accounts[0].instances[0].retentionDay: there is no such field; did you mean"
                        + " 'retentionDays'?")
                .contains("tenants.yaml:11: accounts[0].users[0].policies[0].level: must be one of full, write, read");

        // a rotated key works beside the old one; the trail says who did it
        JsonNode rotated = new ObjectMapper()
                .readTree(succeed(millrace, "key", "rotate", made[1], "--grace", "1h", "-o", "json", data));
        assertThat(rotated.get("secret").asText()).hasSize(32);
        assertThat(succeed(millrace, "audit", "--action", "key.rotate", data))
                .contains("by millrace-cli from 127.0.0.1");
        assertThat(succeed(millrace, "limits", "update", "acme-prod", "maxActiveSeries=5_000", data))
                .contains("5,000");
        assertThat(millrace.run(List.of("instance", "show", "nowhere", data)).exitCode())
                .isEqualTo(3);
        assertThat(millrace.run(List.of("instance", "delete", "acme-prod", data))
                        .output())
                .contains("add --yes");

        // what a tenant sees of its own data
        assertThat(succeed(millrace, "usage", "demo", data)).contains("maxActiveSeries", "total:");
        assertThat(succeed(millrace, "rejections", "demo", data)).contains("Nothing was refused of demo");

        // and what it does not want any more
        assertThat(millrace.run(List.of("delete-series", "demo", "--match", "{", "--yes", data))
                        .exitCode())
                .isEqualTo(1);
        assertThat(succeed(millrace, "deletions", "demo", data)).contains("Nothing was deleted of demo");
        JsonNode deletion = new ObjectMapper()
                .readTree(succeed(
                        millrace,
                        "delete-series",
                        "demo",
                        "--match",
                        "node_load1{job=\"none\"}",
                        "--from",
                        "1h",
                        "--yes",
                        "-o",
                        "json",
                        data));
        assertThat(succeed(millrace, "deletions", "demo", data)).contains("active", "node_load1", "millrace-cli");
        assertThat(succeed(millrace, "deletions", "demo", deletion.get("id").asText(), data))
                .contains("purged days");
    }

    /** The commands that look into the store, of the data folder and as of services that run apart. */
    private void repair(MillraceProcess millrace) throws Exception {
        Path writer = temporary.resolve("storage-writer.yaml");
        Files.writeString(writer, """
                writer:
                  kafka:
                    bootstrap-servers: 127.0.0.1:%s
                    partitions: 4
                  cassandra:
                    contact-points: 127.0.0.1:%s
                """.formatted(port(millrace, "--kafka-port="), port(millrace, "--cassandra-port=")));
        for (String where : List.of("--data=" + millrace.folder(), "--writer-config=" + writer)) {
            String today = LocalDate.now(ZoneOffset.UTC).toString();
            assertThat(succeed(millrace, "verify-store", "--instance=demo", "--day=" + today, where))
                    .contains(" merged rows, ");
            String replayed = succeed(
                    millrace,
                    "replay",
                    "--instance=demo",
                    "--from=" + Instant.now().minusSeconds(3_600),
                    "--to=" + Instant.now().plusSeconds(60),
                    "--dry-run",
                    where);
            assertThat(replayed).contains(" records of Kafka; ").doesNotContain("0 samples in 0 records");
        }
        Files.writeString(writer, "writer: {cassandra: {contact-point: nowhere}}");
        Result wrong = millrace.run(
                List.of("verify-store", "--instance=demo", "--day=2026-01-01", "--writer-config=" + writer));
        assertThat(wrong.exitCode()).isEqualTo(2);
        assertThat(wrong.output()).contains("writer.cassandra.contact-point");
    }

    private static String port(MillraceProcess millrace, String option) {
        return millrace.upArguments().stream()
                .filter(argument -> argument.startsWith(option))
                .findFirst()
                .orElseThrow()
                .substring(option.length());
    }

    private static String succeed(MillraceProcess millrace, String... arguments) throws Exception {
        Result result = millrace.run(List.of(arguments));
        assertThat(result.exitCode())
                .as("%s: %s", List.of(arguments), result.output())
                .isZero();
        return result.output();
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
