package io.millrace.compose;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** The docker command line. */
final class Docker {
    private static final Duration LIMIT = Duration.ofMinutes(8);

    private Docker() {}

    /** What a command printed. */
    record Output(int exitCode, String text) {}

    static Output run(Path directory, Map<String, String> environment, List<String> command) {
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
            builder.environment().putAll(environment);
            builder.environment().put("DOCKER_BUILDKIT", "0");
            builder.environment().put("COMPOSE_DOCKER_CLI_BUILD", "0");
            Process process = builder.start();
            CompletableFuture<String> text = CompletableFuture.supplyAsync(() -> {
                try {
                    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("no end after " + LIMIT + ": " + command);
            }
            return new Output(process.exitValue(), text.join());
        } catch (IOException e) {
            return new Output(127, e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Skips the test, saying why, where there is no engine, no compose, or an image is neither here nor to be had. */
    static void require(Path directory, List<String> images) {
        Assumptions.assumeTrue(
                run(directory, Map.of(), List.of("docker", "info")).exitCode() == 0,
                "no Docker engine answers on this machine");
        Assumptions.assumeTrue(!compose(directory).isEmpty(), "neither 'docker compose' nor docker-compose is here");
        for (String image : images) {
            boolean here = run(directory, Map.of(), List.of("docker", "image", "inspect", image))
                            .exitCode()
                    == 0;
            boolean pulled = here
                    || run(directory, Map.of(), List.of("timeout", "120", "docker", "pull", "-q", image))
                                    .exitCode()
                            == 0;
            Assumptions.assumeTrue(pulled, "the image " + image + " is not here and no registry gives it");
        }
    }

    /** How compose is called here: as a plug-in or as a program of its own. Empty when it is not here. */
    static List<String> compose(Path directory) {
        if (run(directory, Map.of(), List.of("docker", "compose", "version")).exitCode() == 0) {
            return new ArrayList<>(List.of("docker", "compose"));
        }
        if (run(directory, Map.of(), List.of("docker-compose", "version")).exitCode() == 0) {
            return new ArrayList<>(List.of("docker-compose"));
        }
        return new ArrayList<>();
    }
}
