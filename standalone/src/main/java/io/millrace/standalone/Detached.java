package io.millrace.standalone;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Starts {@code millrace up} as a process that stays when this one ends, and shows what it says until it is ready: that
 * process closes its standard output then. Nothing it says is kept in a file, since the secret is among it. Stateless.
 */
final class Detached {

    /** More than a JVM needs from the end of its output to its own. */
    private static final long END_MILLIS = 1_000;

    private Detached() {}

    /** Returns 0 when the process left running is ready, and its exit code when it could not start. */
    static int start(List<String> arguments) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>();
        // Neither Ctrl-C nor the end of the terminal is for it.
        line.addAll(List.of("/bin/sh", "-c", "trap '' INT HUP; exec \"$@\"", "sh"));
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        line.addAll(List.of("-cp", System.getProperty("java.class.path"), MillraceMain.class.getName()));
        line.addAll(arguments);
        Process process = new ProcessBuilder(line)
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .start();
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            output.lines().forEach(System.out::println);
        }
        // Its output ends when it is ready, or with the process, which is gone a moment later.
        return process.waitFor(END_MILLIS, TimeUnit.MILLISECONDS) ? process.exitValue() : 0;
    }
}
