package io.millrace.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Optional;
import java.util.Properties;

/**
 * What a running Millrace tells the commands about itself: a small properties file in the data folder, replaced as a
 * whole and deleted at an orderly end. After a crash it is stale; the folder's lock tells. Stateless.
 */
final class RunFile {

    /**
     * A running process.
     *
     * @param ready whether it has said that it is ready
     * @param adminUrl where {@code /ready} and {@code /metrics} are
     */
    record Run(
            long pid,
            Instant started,
            boolean ready,
            String gatewayUrl,
            String queryUrl,
            String adminUrl,
            String kafka,
            String cassandra) {}

    private final Path file;

    RunFile(Path file) {
        this.file = file;
    }

    Optional<Run> read() {
        Properties p = new Properties();
        try (var reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            p.load(reader);
            return Optional.of(new Run(
                    Long.parseLong(p.getProperty("pid")),
                    Instant.parse(p.getProperty("started")),
                    Boolean.parseBoolean(p.getProperty("ready")),
                    p.getProperty("gateway", ""),
                    p.getProperty("query", ""),
                    p.getProperty("admin", ""),
                    p.getProperty("kafka", ""),
                    p.getProperty("cassandra", "")));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void write(Run run) {
        Properties p = new Properties();
        p.setProperty("pid", Long.toString(run.pid()));
        p.setProperty("started", run.started().toString());
        p.setProperty("ready", Boolean.toString(run.ready()));
        p.setProperty("gateway", run.gatewayUrl());
        p.setProperty("query", run.queryUrl());
        p.setProperty("admin", run.adminUrl());
        p.setProperty("kafka", run.kafka());
        p.setProperty("cassandra", run.cassandra());
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        try {
            try (Writer writer = Files.newBufferedWriter(temporary, StandardCharsets.UTF_8)) {
                p.store(writer, "a running Millrace; deleted when it stops");
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void delete() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
