package io.millrace.testkit.standalone;

import io.millrace.embedded.FreePorts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code bin/millrace up} in a data folder, on free ports that stay the same from start to start. The jars must be built;
 * it never builds. Not thread-safe.
 */
public final class MillraceProcess implements AutoCloseable {

    private static final Duration START_TIMEOUT = Duration.ofMinutes(4);
    private static final Duration COMMAND_TIMEOUT = Duration.ofMinutes(5);

    /** What a command left behind. */
    public record Result(int exitCode, String output) {}

    private final Path folder;
    private final List<Integer> ports = FreePorts.find(6);
    private Optional<Process> process = Optional.empty();
    private String keyId = "";
    private String secret = "";
    private Duration startDuration = Duration.ZERO;

    /** Starts nothing. */
    public MillraceProcess(Path folder) {
        this.folder = folder;
    }

    /**
     * Starts it and returns when it says that it is ready.
     *
     * @throws IllegalStateException with its output if it ends or does not get ready
     */
    public void up(String... more) throws IOException, InterruptedException {
        long start = System.nanoTime();
        Path output = Files.createTempFile("millrace-up", ".out");
        List<String> arguments = new ArrayList<>(upArguments());
        arguments.addAll(List.of(more));
        Process started = builder(arguments).redirectOutput(output.toFile()).start();
        process = Optional.of(started);
        Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly, "millrace-kill"));
        String text = Files.readString(output);
        while (!text.contains("Ctrl-C stops it")) {
            if (!started.isAlive() || System.nanoTime() - start > START_TIMEOUT.toNanos()) {
                started.destroyForcibly();
                throw new IllegalStateException("millrace up is not ready:\n" + Files.readString(output));
            }
            TimeUnit.MILLISECONDS.sleep(50);
            text = Files.readString(output);
        }
        startDuration = Duration.ofNanos(System.nanoTime() - start);
        keyId = find(text, "AccessKey id +(\\S+)").orElse(keyId);
        secret = find(text, "AccessKey secret +(\\S+) +\\(shown").orElse(secret);
        Files.delete(output);
    }

    /** Options of {@link #up}: folder and ports. */
    public List<String> upArguments() {
        return List.of(
                "up",
                "--data=" + folder,
                "--gateway-port=" + ports.get(0),
                "--query-port=" + ports.get(1),
                "--admin-port=" + ports.get(2),
                "--kafka-port=" + ports.get(3),
                "--cassandra-port=" + ports.get(4),
                "--writer-port=" + ports.get(5));
    }

    /** Runs one command to its end. */
    public Result run(List<String> arguments) throws IOException, InterruptedException {
        return run(arguments, Map.of());
    }

    /** Runs one command to its end, with more environment variables. */
    public Result run(List<String> arguments, Map<String, String> environment)
            throws IOException, InterruptedException {
        Path output = Files.createTempFile("millrace-command", ".out");
        ProcessBuilder builder = builder(arguments);
        builder.environment().putAll(environment);
        Process command = builder.redirectOutput(output.toFile()).start();
        if (!command.waitFor(COMMAND_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
            command.destroyForcibly();
            throw new IllegalStateException("millrace " + arguments + " did not end:\n" + Files.readString(output));
        }
        Result result = new Result(command.exitValue(), Files.readString(output));
        Files.delete(output);
        return result;
    }

    private ProcessBuilder builder(List<String> arguments) {
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("millrace.home"), "bin", "millrace").toString());
        line.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
        builder.environment().put("MILLRACE_BUILD", "never");
        return builder;
    }

    /** {@code millrace down}, and waits for the process started by {@link #up}. */
    public Result down() throws IOException, InterruptedException {
        Result result = run(List.of("down", "--data=" + folder));
        if (process.isPresent()) {
            process.get().waitFor(COMMAND_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        }
        return result;
    }

    /** Sends a signal by name to the process of the services and returns its exit code. */
    public int signalAndWait(String name) throws IOException, InterruptedException {
        Process running = process.orElseThrow();
        new ProcessBuilder("kill", "-" + name, Long.toString(running.pid()))
                .start()
                .waitFor();
        if (!running.waitFor(COMMAND_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException("process " + running.pid() + " does not end after SIG" + name);
        }
        return running.exitValue();
    }

    /** SIGKILL to the services and to both nodes, at once. */
    public void killEverything() throws IOException, InterruptedException {
        List<ProcessHandle> handles = new ArrayList<>();
        for (long pid : pids()) {
            ProcessHandle.of(pid).ifPresent(handles::add);
        }
        handles.forEach(ProcessHandle::destroyForcibly);
        for (ProcessHandle handle : handles) {
            handle.onExit().join();
        }
    }

    /** The processes: services, Kafka, Cassandra. */
    public List<Long> pids() throws IOException {
        return List.of(
                process.orElseThrow().pid(),
                nodePid(folder.resolve("kafka").resolve("node.pid")),
                nodePid(folder.resolve("cassandra").resolve("node.pid")));
    }

    private static long nodePid(Path file) throws IOException {
        String text = Files.readString(file, StandardCharsets.UTF_8);
        return Long.parseLong(text.substring(0, text.indexOf(' ')));
    }

    /** {@code http://127.0.0.1:<port>/prometheus/demo/api/v1/write}. */
    public String writeUrl() {
        return "http://127.0.0.1:" + ports.get(0) + "/prometheus/demo/api/v1/write";
    }

    /** What stands before {@code /api/v1} for an instance. */
    public String queryBase(String instance) {
        return "http://127.0.0.1:" + ports.get(1) + "/prometheus/" + instance;
    }

    /** {@code http://127.0.0.1:<port>}. */
    public String adminUrl() {
        return "http://127.0.0.1:" + ports.get(2);
    }

    public String keyId() {
        return keyId;
    }

    public String secret() {
        return secret;
    }

    /** How long the last {@link #up} took. */
    public Duration startDuration() {
        return startDuration;
    }

    public Path folder() {
        return folder;
    }

    /** Kills what still runs; its nodes end by themselves. */
    @Override
    public void close() throws IOException, InterruptedException {
        if (process.isPresent() && process.get().isAlive()) {
            process.get().destroyForcibly();
            process.get().waitFor();
        }
    }

    private static Optional<String> find(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }
}
