package io.millrace.processor;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A processor in a JVM of its own, with the environment of a set of topics, to be killed. For one thread. */
final class ProcessorProcess {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final ProcessorTopics topics;
    private final Path folder;
    private final AdminProbe admin = new AdminProbe();
    private Process process;

    ProcessorProcess(ProcessorTopics topics, Path folder) throws IOException {
        this.topics = topics;
        this.folder = folder;
        start();
    }

    void start() throws IOException {
        Files.createDirectories(folder);
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "io.millrace.processor.ProcessorMain");
        builder.environment().putAll(topics.environment);
        builder.environment()
                .put(
                        "MILLRACE_PROCESSOR_STATE_DIRECTORY",
                        folder.resolve("state").toString());
        builder.environment()
                .put("MILLRACE_PROCESSOR_INSTANCE_ID", folder.getFileName().toString());
        builder.environment().put("MILLRACE_PROCESSOR_ADMIN_PORT", Integer.toString(admin.port()));
        builder.redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()));
        process = builder.start();
    }

    void awaitReady() {
        await().atMost(PATIENCE).until(admin::isReady);
    }

    void kill() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
