package io.millrace.processor.shards;

import io.millrace.runtime.shards.TenantShards;
import io.millrace.wire.record.ShardRecord.Passed;
import io.millrace.wire.record.ShardRecord.Phase;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one partition of {@code received} has to know of the shard of one tenant. Not thread-safe: the task of the partition owns
 * it.
 *
 * <h2>When a shard has been widened</h2>
 *
 * Series that move are new in the partition they come to, and still active in the one they came from. Three times are
 * reckoned from the moment the last partition of the old shard passed its mark:
 *
 * <ul>
 *   <li>Up to {@value #GRACE_MS} ms a series that one of the old partitions knew passes without being asked, see
 *       {@link #carries}. A series that has no sample for so long counts as new.
 *   <li>After {@value #LEFT_AFTER_MS} ms the old partitions end the activity of what has left them, see {@link LeftSeries}.
 *   <li>Up to {@value #SETTLED_AFTER_MS} ms the published counts of active series are of no use, since many series are in
 *       two of them: room for new series is reckoned from what the old partitions had, see {@link #activeBefore}.
 * </ul>
 */
public final class TenantShard {
    static final long GRACE_MS = 600_000;

    /** A table knows to a minute when a series was last seen, and most are sent once a minute at least. */
    static final long LEFT_AFTER_MS = 130_000;

    /** What left is found in some seconds, and counts are published every second. */
    static final long SETTLED_AFTER_MS = LEFT_AFTER_MS + 30_000;

    private final int partition;
    private @Nullable TenantShards seen;
    private long nowMs;

    private int width;
    private int widthBefore;
    private long changedMs = Long.MIN_VALUE;
    private long activeBefore;
    private @Nullable Passed own;
    private List<Passed> passed = List.of();

    /** @param partition of {@code received} */
    public TenantShard(int partition, TenantShards now, long nowMs) {
        this.partition = partition;
        see(now, nowMs);
    }

    /** Takes note of what is known at this time. */
    @SuppressWarnings("ReferenceEquality") // a change is another object
    public void see(TenantShards now, long clockMs) {
        nowMs = clockMs;
        if (now != seen) {
            seen = now;
            passed = List.copyOf(now.passed().values());
            width = now.shard().width();
            List<Passed> last = lastChange(now);
            widthBefore = last.isEmpty() ? width : last.size();
            activeBefore = last.stream().mapToLong(Passed::activeSeries).sum();
            changedMs = last.stream().mapToLong(Passed::atMs).max().orElse(Long.MIN_VALUE);
            own = last.stream()
                    .filter(mark -> mark.partition() == partition)
                    .findAny()
                    .orElse(null);
        }
    }

    /** The marks of the change that made the shard what it is; empty when it is changing now. */
    private static List<Passed> lastChange(TenantShards now) {
        List<Passed> last = new ArrayList<>();
        if (now.state() != null && now.phase() == Phase.STEADY) {
            for (Passed mark : now.passed().values()) {
                if (mark.epoch() == now.epoch()) {
                    last.add(mark);
                }
            }
        }
        return last;
    }

    /** The partitions among which the series of the tenant are divided. */
    public int width() {
        return width;
    }

    /**
     * The partitions by which the limit on series of a metric is divided here: in a partition that series are leaving, those
     * of before until they have left.
     */
    public int widthForMetrics() {
        return isSettling() && own != null ? widthBefore : width;
    }

    /** The epoch of the last state. */
    public long epoch() {
        return seen == null ? 0 : seen.epoch();
    }

    /** Whether published counts of active series say too much, because series have moved. */
    public boolean isSettling() {
        return changedMs != Long.MIN_VALUE && nowMs < changedMs + SETTLED_AFTER_MS;
    }

    /** Whether series may still come that were known in another partition. */
    public boolean isInGrace() {
        return changedMs != Long.MIN_VALUE && nowMs < changedMs + GRACE_MS;
    }

    /** Whether this partition was of the shard already before it was widened. */
    public boolean isOld() {
        return own != null;
    }

    /** Active series of the tenant in all partitions when the shard was widened. */
    public long activeBefore() {
        return activeBefore;
    }

    /** Whether a series was known to a partition of the shard before it was widened; now and then of one that was not. */
    public boolean carries(long idHigh, long idLow) {
        for (Passed mark : passed) {
            if (nowMs < mark.atMs() + GRACE_MS && mark.known().mayContain(idHigh, idLow)) {
                return true;
            }
        }
        return false;
    }

    /** The mark that this partition passed when the shard got to be what it is; null when it was not part of it then. */
    @Nullable
    Passed own() {
        return own;
    }

    /** When the last partition had passed its mark. */
    long changedMs() {
        return changedMs;
    }
}
