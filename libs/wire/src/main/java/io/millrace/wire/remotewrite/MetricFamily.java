package io.millrace.wire.remotewrite;

import io.millrace.model.MetricType;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The metric family of a series. Remote write 2.0 sends metadata with each series, so the metadata of {@code
 * latency_seconds_bucket} is that of the family {@code latency_seconds}, under which 1.0 sends it and the API lists it.
 */
final class MetricFamily {
    private static final byte[][] HISTOGRAM = suffixes("_bucket", "_count", "_sum");
    private static final byte[][] GAUGE_HISTOGRAM = suffixes("_bucket", "_gcount", "_gsum");
    private static final byte[][] SUMMARY = suffixes("_count", "_sum");
    private static final byte[][] NONE = {};

    private MetricFamily() {}

    static byte[] of(byte[] metric, MetricType type) {
        byte[][] suffixes = switch (type) {
            case HISTOGRAM -> HISTOGRAM;
            case GAUGE_HISTOGRAM -> GAUGE_HISTOGRAM;
            case SUMMARY -> SUMMARY;
            case UNKNOWN, COUNTER, GAUGE, INFO, STATE_SET -> NONE;
        };
        for (byte[] suffix : suffixes) {
            int family = metric.length - suffix.length;
            if (family > 0 && Arrays.equals(metric, family, metric.length, suffix, 0, suffix.length)) {
                return Arrays.copyOf(metric, family);
            }
        }
        return metric;
    }

    private static byte[][] suffixes(String... texts) {
        return Arrays.stream(texts)
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new);
    }
}
