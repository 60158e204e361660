package io.millrace.benchmarks;

import io.millrace.model.Labels;
import io.millrace.wire.labels.CanonicalLabels;
import java.util.Random;

/**
 * Series as a Prometheus that scrapes node and application exporters every 15 s sends them: about 245 bytes of labels.
 * Half of the values are those of the scrape before (the Gorilla paper counted 51 %): of ten series four are constants,
 * three counters of whole numbers (two of them stand still half of the time), one a counter of seconds, two gauges with
 * decimals. Timestamps are 15 s apart to the millisecond nine times in ten. Not thread-safe.
 */
final class TypicalSeries {
    static final long START_MS = 1_700_000_000_000L;
    static final int INTERVAL_MS = 15_000;

    private final Random random;
    private final byte[] labels;
    private final int kind;
    private final double rate;
    private double value;
    private long timestampMs;

    TypicalSeries(int number) {
        random = new Random(number);
        labels = CanonicalLabels.encode(Labels.of(
                "__name__",
                "http_server_request_duration_seconds_bucket",
                "cluster",
                "production-eu-central-1",
                "container",
                "application",
                "handler",
                "/api/v1/things/" + number % 100,
                "instance",
                "10.42." + number / 250 % 250 + "." + number % 250 + ":9100",
                "job",
                "kubernetes-service-endpoints",
                "le",
                Double.toString(number % 12 * 0.25),
                "namespace",
                "team-" + number % 17,
                "pod",
                "application-7d9f8c6b5-" + Integer.toString(number, 36)));
        kind = number % 10;
        rate = Math.exp(random.nextDouble() * 8);
        value = kind > 5 ? number % 7 : Math.floor(random.nextDouble() * 1_000_000);
        timestampMs = START_MS + number % INTERVAL_MS;
    }

    byte[] labels() {
        return labels;
    }

    long timestampMs() {
        return timestampMs;
    }

    long valueBits() {
        return Double.doubleToRawLongBits(value);
    }

    void next() {
        timestampMs += INTERVAL_MS + (random.nextInt(10) == 0 ? random.nextInt(7) - 3 : 0);
        switch (kind) {
            case 0 -> value += Math.floor(random.nextDouble() * rate);
            case 1, 2 -> value += random.nextBoolean() ? 0 : random.nextInt(20);
            case 3 -> value += random.nextDouble() * rate / 100;
            case 4, 5 -> value = Math.round((value + random.nextGaussian()) * 100) / 100.0;
            default -> {
                // a constant
            }
        }
    }
}
