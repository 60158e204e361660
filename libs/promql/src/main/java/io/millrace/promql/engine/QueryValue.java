package io.millrace.promql.engine;

import io.millrace.model.Labels;
import io.millrace.promql.histogram.FloatHistogram;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The value of a query: one of the four types of PromQL. */
public sealed interface QueryValue {
    /** As {@code resultType} of the HTTP API. */
    String typeName();

    /** A number at a time. */
    record Scalar(long timestampMs, double value) implements QueryValue {
        @Override
        public String typeName() {
            return "scalar";
        }
    }

    record StringValue(long timestampMs, String value) implements QueryValue {
        @Override
        public String typeName() {
            return "string";
        }
    }

    /**
     * One sample for each series, at the evaluation time.
     *
     * @param ordered whether the order means something (after sort, topk)
     */
    record Vector(List<VectorSample> samples, boolean ordered) implements QueryValue {
        @Override
        public String typeName() {
            return "vector";
        }
    }

    /** @param histogram null for a float sample */
    record VectorSample(
            Labels labels,
            long timestampMs,
            double value,
            @Nullable FloatHistogram histogram) {}

    /** Series with points, sorted by labels. */
    record Matrix(List<Series> series) implements QueryValue {
        @Override
        public String typeName() {
            return "matrix";
        }
    }

    /**
     * Points of a series in time order. The arrays have the same length and belong to the result.
     *
     * @param histograms null when all points are floats, else null at each float point
     */
    record Series(
            Labels labels,
            long[] timestamps,
            double[] values,
            @Nullable FloatHistogram @Nullable [] histograms) {
        public int size() {
            return timestamps.length;
        }
    }
}
