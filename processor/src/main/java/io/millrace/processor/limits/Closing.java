package io.millrace.processor.limits;

import io.millrace.model.RejectReason;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Which new series of a tenant a partition does not take: all, or those of some metrics, or none is closed. Not to be changed.
 *
 * @param reached the limit that keeps all new series out, or that on series per metric; null when nothing is closed
 * @param metrics numbers of metric names; empty unless it is about them
 */
record Closing(@Nullable RejectReason reached, BitSet metrics) {
    static final Closing NONE = new Closing(null, new BitSet());

    static Closing ofAll(RejectReason reached) {
        return new Closing(reached, new BitSet());
    }

    static Closing ofMetrics(BitSet metrics) {
        return metrics.isEmpty() ? NONE : new Closing(RejectReason.MAX_SERIES_PER_METRIC, metrics);
    }

    boolean isOpen() {
        return reached == null;
    }

    boolean isOfMetrics() {
        return reached == RejectReason.MAX_SERIES_PER_METRIC;
    }

    boolean isOfAll() {
        return !isOpen() && !isOfMetrics();
    }

    /** Why a new series of this metric is not taken; null when it may be. {@code metric} is -1 for a new one. */
    @Nullable
    RejectReason why(int metric) {
        return isOfMetrics() && (metric < 0 || !metrics.get(metric)) ? null : reached;
    }

    /** Whether everything that is closed by this one was closed by the other too, so that no new series came meanwhile. */
    boolean isWithin(Closing other) {
        if (isOfMetrics() && other.isOfMetrics()) {
            BitSet more = (BitSet) metrics.clone();
            more.andNot(other.metrics);
            return more.isEmpty();
        }
        return isOpen() || isOfAll() && other.isOfAll();
    }

    /** What of this is closed by the other too. */
    Closing and(Closing other) {
        if (isWithin(other)) {
            return this;
        }
        if (isOfMetrics() && other.isOfMetrics()) {
            BitSet both = (BitSet) metrics.clone();
            both.and(other.metrics);
            return ofMetrics(both);
        }
        return NONE;
    }
}
