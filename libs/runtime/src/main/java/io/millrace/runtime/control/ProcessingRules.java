package io.millrace.runtime.control;

import io.millrace.model.TenantId;
import io.millrace.runtime.relabel.RelabelRule;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the processor does with the series of an instance before it stores them, in this order: drop metrics, relabel, cut
 * long values, remove the duplicates of high-availability pairs. An instance without such a record is stored as it comes.
 *
 * @param id the instance
 * @param dropMetrics metric names that are not stored, each an RE2 that matches the whole name
 * @param relabel rules as in Prometheus
 * @param longValues what becomes of label values above the limit of the instance
 * @param ha which labels mark the replicas of a Prometheus; null when there are none
 */
public record ProcessingRules(
        TenantId id,
        List<String> dropMetrics,
        List<RelabelRule> relabel,
        LongValues longValues,
        @Nullable HaReplicas ha)
        implements ControlRecord {

    /** What becomes of a label value that is too long. */
    public enum LongValues {
        /** The series is refused. */
        REFUSE,
        /** The value is cut, and ends with a hash of the whole, so that different values stay different. */
        CUT
    }

    /**
     * Pairs of Prometheus that scrape the same targets: of each cluster one replica is elected, and the samples of the
     * others are counted but not stored. The replica label is removed.
     *
     * @param clusterLabel names what is scraped, such as {@code cluster}
     * @param replicaLabel names who scrapes, such as {@code __replica__}
     * @param failover how long the elected replica must be silent before another takes over
     */
    public record HaReplicas(String clusterLabel, String replicaLabel, Duration failover) {
        public static final Duration DEFAULT_FAILOVER = Duration.ofSeconds(30);

        public HaReplicas {
            Objects.requireNonNull(clusterLabel, "clusterLabel");
            Objects.requireNonNull(replicaLabel, "replicaLabel");
            failover = failover == null ? DEFAULT_FAILOVER : failover;
        }
    }

    @SuppressWarnings("NullAway") // a field that is missing in JSON is null here
    public ProcessingRules {
        Objects.requireNonNull(id, "id");
        dropMetrics = dropMetrics == null ? List.of() : List.copyOf(dropMetrics);
        relabel = relabel == null ? List.of() : List.copyOf(relabel);
        longValues = longValues == null ? LongValues.REFUSE : longValues;
    }

    /** Rules of an instance that has none. */
    public static ProcessingRules none(TenantId id) {
        return new ProcessingRules(id, List.of(), List.of(), LongValues.REFUSE, null);
    }

    @Override
    public ControlKey key() {
        return new ControlKey(ControlKey.Kind.PROCESSING, id.value());
    }
}
