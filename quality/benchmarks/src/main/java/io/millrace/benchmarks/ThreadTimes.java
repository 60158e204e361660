package io.millrace.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The CPU time a process on Linux has used so far, by the names of its threads, numbers at their ends left out. Time of
 * threads that have ended stands under {@link #ENDED}. Immutable.
 */
record ThreadTimes(Map<String, Double> secondsByName) {
    private static final String ENDED = "(ended)";

    /** What the kernel counts in: USER_HZ is 100 on every Linux a JVM runs on. */
    private static final double TICKS_A_SECOND = 100;

    static ThreadTimes of(long pid) throws IOException {
        Map<String, Double> seconds = new HashMap<>();
        double threads = 0;
        try (Stream<Path> tasks = Files.list(Path.of("/proc/" + pid + "/task"))) {
            for (Path task : tasks.toList()) {
                try {
                    double used = seconds(task.resolve("stat"));
                    String name = Files.readString(task.resolve("comm")).strip();
                    seconds.merge(name.replaceAll("[-#: ]*[0-9]+$", ""), used, Double::sum);
                    threads += used;
                } catch (IOException | UncheckedIOException e) {
                    continue; // the thread has just ended
                }
            }
        }
        seconds.put(ENDED, Math.max(0, seconds(Path.of("/proc/" + pid + "/stat")) - threads));
        return new ThreadTimes(seconds);
    }

    private static double seconds(Path stat) throws IOException {
        String text = Files.readString(stat);
        // The second field, the name, may hold blanks; user and system time are the 14th and 15th.
        String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_A_SECOND;
    }

    ThreadTimes since(ThreadTimes before) {
        Map<String, Double> change = new HashMap<>(secondsByName);
        before.secondsByName().forEach((name, used) -> change.merge(name, -used, Double::sum));
        return new ThreadTimes(change);
    }

    double seconds() {
        return secondsByName.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    /** The largest shares divided by {@code units}, as text. */
    String per(double units) {
        List<Map.Entry<String, Double>> sorted = secondsByName.entrySet().stream()
                .sorted(Map.Entry.<String, Double>comparingByValue(Comparator.reverseOrder()))
                .limit(10)
                .toList();
        return sorted.stream()
                .map(each -> String.format(Locale.ROOT, "%s %.3f", each.getKey(), each.getValue() / units))
                .collect(Collectors.joining(", "));
    }
}
