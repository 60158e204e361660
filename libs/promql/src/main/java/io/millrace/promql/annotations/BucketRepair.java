package io.millrace.promql.annotations;

import io.millrace.promql.format.GoFloat;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What was done to classic histograms whose cumulative counts fell from one bucket to the next.
 *
 * @param firstMs the earliest step with such a histogram
 * @param lastMs the latest
 * @param from the lowest bound whose count was raised
 * @param to the highest
 * @param by the most that a count was raised
 * @param histograms how many were repaired
 */
public record BucketRepair(long firstMs, long lastMs, double from, double to, double by, long histograms) {
    BucketRepair and(@Nullable BucketRepair other) {
        return other == null
                ? this
                : new BucketRepair(
                        Math.min(firstMs, other.firstMs),
                        Math.max(lastMs, other.lastMs),
                        Math.min(from, other.from),
                        Math.max(to, other.to),
                        Math.max(by, other.by),
                        histograms + other.histograms);
    }

    String text() {
        return ", from buckets " + GoFloat.formatG(from) + " to " + GoFloat.formatG(to) + ", with a max diff of "
                + GoFloat.formatG(by, 2) + ", over " + histograms + " samples from "
                + Instant.ofEpochSecond(firstMs / 1000) + " to " + Instant.ofEpochSecond(lastMs / 1000);
    }
}
