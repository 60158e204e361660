package io.millrace.testkit.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
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
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One service in a JVM of its own, from the jar of its module below the system property {@code millrace.home}. It is killed
 * when this JVM ends in order. Thread-safe.
 */
public final class ServiceJvm implements ClusterProcess {

    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(150);

    private final String name;
    private final String kind;
    private final List<String> options;
    private final Map<String, String> environment;
    private final int adminPort;
    private final Path log;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(PROBE_TIMEOUT).build();
    private volatile @Nullable Process process;

    /**
     * Starts nothing.
     *
     * @param kind the module: gateway, processor, storage-writer or query
     * @param options of the JVM
     * @param environment its configuration; the port of the admin endpoint must be {@code adminPort}
     * @param log what it prints is appended to this file
     */
    ServiceJvm(
            String name, String kind, List<String> options, Map<String, String> environment, int adminPort, Path log) {
        this.name = name;
        this.kind = kind;
        this.options = List.copyOf(options);
        this.environment = Map.copyOf(environment);
        this.adminPort = adminPort;
        this.log = log;
        Runtime.getRuntime().addShutdownHook(new Thread(this::destroy, "kill-" + name));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String kind() {
        return kind;
    }

    @Override
    public synchronized void start() {
        if (isAlive()) {
            throw new IllegalStateException(name + " runs already");
        }
        Path jar = Path.of(System.getProperty("millrace.home", "."), kind, "target", "millrace-" + kind + ".jar");
        if (!Files.isRegularFile(jar)) {
            throw new IllegalStateException(jar + " is missing: run mvn -Dquick install");
        }
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.addAll(options);
        line.addAll(List.of("-jar", jar.toString()));
        ProcessBuilder builder = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().keySet().removeIf(key -> key.startsWith("MILLRACE_"));
        builder.environment().putAll(environment);
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(name + " cannot be started", e);
        }
    }

    @Override
    public synchronized void kill() {
        destroy();
        await(Duration.ofSeconds(30));
    }

    private void destroy() {
        Process running = process;
        if (running != null) {
            running.destroyForcibly();
        }
    }

    private void await(Duration limit) {
        Process running = process;
        try {
            if (running != null && !running.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException(name + " does not end, see " + log);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public synchronized void stop() {
        Process running = process;
        if (running != null) {
            signal("CONT");
            running.destroy();
            await(STOP_TIMEOUT);
        }
    }

    @Override
    public void pause() {
        signal("STOP");
    }

    @Override
    public void resume() {
        signal("CONT");
    }

    private synchronized void signal(String signal) {
        if (!isAlive()) {
            return;
        }
        try {
            int exit = new ProcessBuilder("kill", "-" + signal, Long.toString(pid()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
            if (exit != 0 && isAlive()) {
                throw new IllegalStateException("cannot send SIG" + signal + " to " + name);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isAlive() {
        Process running = process;
        return running != null && running.isAlive();
    }

    @Override
    public boolean isReady() {
        return trouble().isEmpty();
    }

    @Override
    public String trouble() {
        if (!isAlive()) {
            return "does not run";
        }
        try {
            HttpResponse<String> answer = get("/ready");
            return answer.statusCode() == 200
                    ? ""
                    : answer.body()
                            .strip()
                            .replaceAll("(?m)^.*: ready$\n?|^not ready$\n?", "")
                            .replace('\n', ' ');
        } catch (IOException e) {
            return "does not answer: " + e;
        }
    }

    /** The sum of all series of a metric, as {@code /metrics} has it; empty when it does not answer or has none. */
    public Optional<Double> metric(String metric) {
        return metric(metric, "");
    }

    /** As {@link #metric(String)}, of the series whose labels contain a text such as {@code reason="malformed"}. */
    public Optional<Double> metric(String metric, String label) {
        try {
            List<String> lines = get("/metrics")
                    .body()
                    .lines()
                    .filter(line -> line.startsWith(metric + " ") || line.startsWith(metric + "{"))
                    .filter(line -> line.contains(label))
                    .toList();
            return lines.isEmpty()
                    ? Optional.empty()
                    : Optional.of(lines.stream()
                            .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                            .sum());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private HttpResponse<String> get(String path) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + adminPort + path))
                .timeout(PROBE_TIMEOUT)
                .build();
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public long pid() {
        Process running = process;
        return running == null ? -1 : running.pid();
    }

    /** The file with all it has printed, over all its lives. */
    public Path log() {
        return log;
    }
}
