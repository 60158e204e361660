package io.millrace.torture;

import io.millrace.model.Labels;
import io.millrace.testkit.generator.GeneratedSeries;
import io.millrace.testkit.prometheus.PrometheusApi;
import io.millrace.testkit.prometheus.RawSeries;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Reads back through the query API and compares with what was sent: every acknowledged sample once with its value, and
 * nothing that was not sent. For one thread.
 */
final class QueryAudit {
    /** 330 series with 60 samples each are 20,000 samples in an answer. */
    private static final long SLICE_MS = 30_000;

    private static final long RETRY_MS = 250;

    private final PrometheusApi api;
    private final List<LoadSender> senders;

    QueryAudit(PrometheusApi api, List<LoadSender> senders) {
        this.api = api;
        this.senders = senders;
    }

    /**
     * Checks everything with {@code fromMs < timestamp <= toMs}; what is missing is asked for again until {@code patience}
     * is over. The patience is for all of it together.
     */
    Findings check(long fromMs, long toMs, Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        Findings all = new Findings();
        for (long from = fromMs; from < toMs; from += SLICE_MS) {
            for (LoadSender sender : senders) {
                all.add(await(sender, from, Math.min(from + SLICE_MS, toMs), deadline));
            }
        }
        return all;
    }

    private Findings await(LoadSender sender, long fromMs, long toMs, long deadline) throws InterruptedException {
        while (true) {
            boolean last = System.nanoTime() > deadline;
            try {
                Findings findings = once(sender, fromMs, toMs);
                if (findings.isComplete() || !findings.isSound() || last) {
                    return findings;
                }
            } catch (IOException e) {
                if (last) {
                    Findings findings = new Findings();
                    findings.missing("no answer: " + e.getMessage());
                    return findings;
                }
            }
            TimeUnit.MILLISECONDS.sleep(RETRY_MS);
        }
    }

    private Findings once(LoadSender sender, long fromMs, long toMs) throws IOException, InterruptedException {
        String selector = sender.series().selector() + "[" + (toMs - fromMs) + "ms]";
        Map<Labels, Map<Long, Long>> found = new HashMap<>();
        Findings findings = new Findings();
        for (RawSeries series : api.matrix(selector, toMs)) {
            Map<Long, Long> samples = new TreeMap<>();
            for (RawSeries.RawSample sample : series.samples()) {
                if (samples.put(sample.timestampMs(), sample.bits()) != null) {
                    findings.wrong("twice: " + series.labels() + " at " + sample.timestampMs());
                }
            }
            found.put(series.labels(), samples);
        }
        // after the answer: whatever is in it has been written down by now
        for (SentLog.Sent sent : sender.log().between(fromMs, toMs)) {
            for (GeneratedSeries series : sender.series().at(sent.timestampMs())) {
                compare(sent, series, found.getOrDefault(series.labels(), Map.of()), findings);
            }
        }
        found.forEach((labels, samples) ->
                samples.keySet().forEach(timestamp -> findings.wrong("nobody sent: " + labels + " at " + timestamp)));
        return findings;
    }

    /** Takes the sample out of {@code found}, so that what nobody sent is left over. */
    private static void compare(SentLog.Sent sent, GeneratedSeries series, Map<Long, Long> found, Findings findings) {
        Long bits = found.isEmpty() ? null : found.remove(sent.timestampMs());
        if (bits == null) {
            if (sent.acknowledged()) {
                findings.missing(series.labels() + " at " + sent.timestampMs());
            }
            return;
        }
        // through JSON: -0 and 0 are the same there, and so are they in this comparison
        double expected = series.valueAt(sent.timestampMs());
        if (Double.longBitsToDouble(bits) == expected) {
            findings.right();
        } else {
            findings.wrong(series.labels() + " at " + sent.timestampMs() + " is " + Double.longBitsToDouble(bits)
                    + " instead of " + expected);
        }
    }
}
