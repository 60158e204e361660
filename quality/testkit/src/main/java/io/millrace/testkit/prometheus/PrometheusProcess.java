package io.millrace.testkit.prometheus;

import static org.awaitility.Awaitility.await;

import io.millrace.embedded.FreePorts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * The {@code prometheus} binary of the system, version 2.42 or later, with its own data folder and port. Not
 * thread-safe.
 */
public final class PrometheusProcess implements AutoCloseable {

    private static final Path BINARY = Path.of("/usr/bin/prometheus");

    private final HttpClient client = HttpClient.newHttpClient();
    private final Path folder;
    private final int port;
    private final Process process;

    private PrometheusProcess(Path folder, int port, Process process) {
        this.folder = folder;
        this.port = port;
        this.process = process;
    }

    /** Skips the calling test, and says so, where no Prometheus is installed. */
    public static void assumeInstalled() {
        boolean installed = Files.isExecutable(BINARY);
        if (!installed) {
            System.out.println("SKIPPED: " + BINARY + " is not there; on Debian: apt-get install prometheus");
        }
        Assumptions.assumeTrue(installed, "no " + BINARY);
    }

    /** A port to put into the configuration, so that a Prometheus can scrape itself. */
    public static int freePort() {
        return FreePorts.find(1).get(0);
    }

    /**
     * Starts it and returns when it answers.
     *
     * @param folder gets the configuration, the log and the data; created when absent
     * @param configuration the text of {@code prometheus.yml}
     * @param arguments further command line arguments
     */
    public static PrometheusProcess start(Path folder, int port, String configuration, String... arguments)
            throws IOException {
        Files.createDirectories(folder);
        Files.writeString(configurationFile(folder), configuration);
        ProcessBuilder builder = new ProcessBuilder(
                BINARY.toString(),
                "--config.file=" + configurationFile(folder),
                "--storage.tsdb.path=" + folder.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port);
        builder.command().addAll(List.of(arguments));
        Process process = builder.redirectErrorStream(true)
                .redirectOutput(folder.resolve("prometheus.log").toFile())
                .start();
        PrometheusProcess prometheus = new PrometheusProcess(folder, port, process);
        // A killed test JVM runs no hook, but Ctrl-C and a failing one do.
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly, "prometheus-kill"));
        await("Prometheus to be ready, log in " + folder)
                .atMost(Duration.ofSeconds(30))
                .until(prometheus::isReady);
        return prometheus;
    }

    /** {@code http://127.0.0.1:<port>}. */
    public URI url() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** The file it logs to. */
    public Path logFile() {
        return folder.resolve("prometheus.log");
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** SIGTERM, and waits; its remote write queues are flushed for up to a minute. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(90, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private boolean isReady() throws InterruptedException {
        try {
            HttpRequest request = HttpRequest.newBuilder(url().resolve("/-/ready"))
                    .timeout(Duration.ofSeconds(2))
                    .build();
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private static Path configurationFile(Path folder) {
        return folder.resolve("prometheus.yml");
    }
}
