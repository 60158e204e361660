package io.millrace.torture;

import io.millrace.testkit.prometheus.PrometheusApi;
import io.millrace.testkit.prometheus.RawSeries;
import java.io.IOException;
import java.io.PrintStream;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;

/**
 * Somebody who looks at a panel of the last half minute all the time, and sees whether what was there once goes away again.
 * When processes die an answer may carry a warning or fail; without a warning it must have everything that an earlier one
 * had. One thread, made by {@link #start}.
 */
final class ReaderWatch {
    private static final long WINDOW_MS = 30_000;
    private static final long EVERY_MS = 500;
    private static final int DESCRIBED = 3;

    private final PrometheusApi api;
    private final LoadSender sender;
    private final PrintStream out;
    private final Thread thread = new Thread(this::run, "reader-watch");
    /** Timestamp to the number of series that had a sample then, the most seen so far. */
    private final Map<Long, Integer> seen = new ConcurrentSkipListMap<>();

    private volatile boolean stopping;
    private volatile long answers;
    private volatile long failures;
    private volatile long warned;
    private volatile long silentGaps;

    ReaderWatch(PrometheusApi api, LoadSender sender, PrintStream out) {
        this.api = api;
        this.sender = sender;
        this.out = out;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    void stop() throws InterruptedException {
        stopping = true;
        thread.join();
    }

    private void run() {
        try {
            while (!stopping) {
                look(System.currentTimeMillis());
                TimeUnit.MILLISECONDS.sleep(EVERY_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look(long nowMs) throws InterruptedException {
        seen.keySet().removeIf(timestamp -> timestamp <= nowMs - WINDOW_MS);
        try {
            PrometheusApi.Matrix answer =
                    api.matrixWithWarnings(sender.series().selector() + "[" + WINDOW_MS + "ms]", nowMs);
            answers++;
            Map<Long, Integer> found = count(answer.series());
            if (!answer.warnings().isEmpty()) {
                warned++;
            } else {
                findGaps(found);
            }
            found.forEach((timestamp, series) -> seen.merge(timestamp, series, Math::max));
        } catch (IOException e) {
            failures++;
        }
    }

    private static Map<Long, Integer> count(List<RawSeries> all) {
        Map<Long, Integer> found = new ConcurrentSkipListMap<>();
        all.forEach(series -> series.samples().forEach(sample -> found.merge(sample.timestampMs(), 1, Integer::sum)));
        return found;
    }

    private void findGaps(Map<Long, Integer> found) {
        Set<Long> gone = new HashSet<>();
        seen.forEach((timestamp, series) -> {
            if (found.getOrDefault(timestamp, 0) < series) {
                gone.add(timestamp);
            }
        });
        if (!gone.isEmpty() && silentGaps++ < DESCRIBED) {
            out.println("torture: an answer without a warning lacks what an earlier one had, at " + gone);
        }
    }

    /** Queries without an answer. */
    long failures() {
        return failures;
    }

    long silentGaps() {
        return silentGaps;
    }

    @Override
    public String toString() {
        return answers + " answers, " + warned + " of them with a warning, " + silentGaps
                + " without a warning lacked something seen before; " + failures + " queries failed";
    }
}
