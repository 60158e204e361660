package io.millrace.standalone;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millrace status}. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = "Shows processes, addresses, health and lag of a running Millrace. Exit code 3 when none runs.")
final class StatusCommand implements Callable<Integer> {

    private static final int NOT_RUNNING = 3;
    private static final int NOT_READY = 1;

    @Mixin
    private DataOption data = new DataOption();

    @Override
    public Integer call() throws InterruptedException {
        DataFolder folder = data.folder();
        if (!folder.isTaken()) {
            System.out.println("not running   " + folder.root());
            return NOT_RUNNING;
        }
        RunFile.Run run = Running.require(folder);
        Optional<HttpResponse<String>> health = get(run.adminUrl() + "/ready");
        boolean ready = health.isPresent() && health.get().statusCode() == 200;
        System.out.println((ready ? "ready" : "not ready") + "   " + folder.root() + ", up "
                + inWords(Duration.between(run.started(), Instant.now())));
        System.out.println();
        process("services", run.pid(), "");
        process("Kafka", nodePid(folder.kafka()), run.kafka());
        process("Cassandra", nodePid(folder.cassandra()), run.cassandra());
        System.out.println();
        System.out.println("  write    " + run.gatewayUrl());
        System.out.println("  query    " + run.queryUrl());
        System.out.println("  admin    " + run.adminUrl());
        System.out.println("  logs     " + folder.logs());
        System.out.println();
        health.map(HttpResponse::body)
                .ifPresentOrElse(
                        body -> body.lines().skip(1).forEach(line -> System.out.println("  " + line)),
                        () -> System.out.println("  the admin endpoint does not answer"));
        get(run.adminUrl() + "/metrics").map(HttpResponse::body).ifPresent(StatusCommand::lag);
        return ready ? 0 : NOT_READY;
    }

    /** Such as {@code 2d 3h}, {@code 5m 7s}: the two greatest units. */
    static String inWords(Duration duration) {
        if (duration.toDays() > 0) {
            return duration.toDays() + "d " + duration.toHoursPart() + "h";
        }
        if (duration.toHours() > 0) {
            return duration.toHours() + "h " + duration.toMinutesPart() + "m";
        }
        return duration.toMinutes() + "m " + duration.toSecondsPart() + "s";
    }

    private static void process(String name, long pid, String address) {
        boolean alive = ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
        System.out.printf(
                Locale.ROOT,
                "  %-10s %s %s %s%n",
                name,
                alive ? "process " + pid : "not running",
                alive ? residentMegabytes(pid) : "",
                address);
    }

    /** The launcher of a node writes it there, followed by the time of its start; -1 when there is none. */
    private static long nodePid(Path nodeFolder) {
        try {
            return Long.parseLong(
                    Files.readString(nodeFolder.resolve("node.pid")).replaceAll("(?s) .*", ""));
        } catch (IOException | NumberFormatException e) {
            return -1;
        }
    }

    private static String residentMegabytes(long pid) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
                if (line.startsWith("VmRSS:")) {
                    return (Long.parseLong(line.replaceAll("[^0-9]", "")) >> 10) + " MiB";
                }
            }
        } catch (IOException e) {
            // not Linux
        }
        return "";
    }

    /** Every metric with lag in its name, as it is. */
    private static void lag(String metrics) {
        String lines = metrics.lines()
                .filter(line -> line.startsWith("millrace_") && line.contains("lag"))
                .map(line -> "  " + line + System.lineSeparator())
                .reduce("", String::concat);
        if (!lines.isEmpty()) {
            System.out.println();
            System.out.print(lines);
        }
    }

    private static Optional<HttpResponse<String>> get(String url) throws InterruptedException {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                    .timeout(Duration.ofSeconds(5))
                    .build();
            return Optional.of(HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
