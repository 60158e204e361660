package io.millrace.processor.limits;

import io.millrace.model.RejectReason;
import io.millrace.model.TenantId;
import io.millrace.model.TenantLimits;
import io.millrace.processor.series.NameCounts;
import io.millrace.processor.series.SeriesTable;
import io.millrace.processor.series.TenantSeries;
import io.millrace.processor.shards.TenantShard;
import io.millrace.wire.record.AdmissionRecord;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Says whether one more series of a tenant may become active in one partition. Active series are not asked about: they
 * always pass. Not thread-safe: the task of the partition owns it.
 *
 * <h2>How a limit of the whole is held by its parts</h2>
 *
 * The series of a tenant spread over the N partitions by their hash, though not to the last one. So a partition has a cap
 * of its own: one Nth of the limit L and three standard deviations more. It needs nobody to be held: however late others
 * hear what a partition counts, and whatever is killed meanwhile, L is passed by at most {@code 3 √(L N) + N}: with 6
 * partitions by 2,330 of 100,000, by 7,354 of 1,000,000. With one partition the limit is exact.
 *
 * <p>Below its cap a partition goes by what is missing to the limit in all: every {@value #REFRESH_MS} ms it reckons that
 * from its own count and what the other partitions have published, and takes its share of that room, again one Nth and
 * three standard deviations more. The time is longer than a count usually takes to get round (published once a second,
 * visible after a commit), so the room is seldom given twice, and most tenants stop much nearer to L. When there was no room it
 * looks again after {@value #LOOK_AGAIN_MS} ms, so that a tenant is not kept out for long once it has room.
 *
 * <p>So a series below the limit is refused only when its partition has more of the tenant's series than chance explains,
 * or for {@value #REFRESH_MS} ms more of its new ones.
 *
 * <p>What gateways are told to refuse is held here as well until they are told otherwise ({@link #close}), so that they refuse
 * nothing that would be taken here.
 *
 * <p>N is how many partitions of {@code received} the tenant uses, its shard. When that has been widened, published counts are
 * of no use for some minutes, see {@link TenantShard}. Then the room is what was missing to the limit when the shard was
 * widened; each partition takes its share of that, once, less what it has taken in since. The stated overshoot stays that of the
 * wider shard. A restart within that time gives the partition its share of the room anew, to its cap at most where it is new
 * in the shard.
 *
 * <p>Two further limits are split without talking: series per metric and new series per minute, each as one Nth and three
 * standard deviations, of which the same can be said. While series leave a partition, those of a metric are held against the
 * share of before, so in these minutes a metric may get half as many again.
 */
public final class SeriesAdmission {
    static final long REFRESH_MS = 2_500;
    static final long LOOK_AGAIN_MS = 500;

    private final TenantSeries series;
    private final TenantId tenant;
    private final int partition;
    private final TenantShard shard;
    private final ClusterUsage cluster;

    private @Nullable TenantLimits limits;
    private long refreshedMs = Long.MIN_VALUE;
    private long room;
    private boolean roomGiven;
    private long maxOfMetric;
    private int sharedBy;
    private final PerMinute newSeries = new PerMinute();

    /** What was let in since the shard was widened to what it is. */
    private long admitted;

    private long admittedEpoch;

    /** What gateways have been told. */
    private Closing closing = Closing.NONE;

    // Of the time since the last look at what should be closed.
    private boolean newSeriesRefused;
    private final BitSet metricsRefused = new BitSet();

    public SeriesAdmission(TenantSeries series, int partition, TenantShard shard, ClusterUsage cluster) {
        this.series = series;
        this.tenant = series.tenant();
        this.partition = partition;
        this.shard = shard;
        this.cluster = cluster;
    }

    /**
     * Counts the series in, or says why it must stay out.
     *
     * @param metric the number of its metric name, -1 when that is new too
     */
    public @Nullable RejectReason admit(TenantLimits newLimits, int metric, long nowMs) {
        RejectReason closed = closing.why(metric);
        if (closed != null) {
            return closed;
        }
        refresh(newLimits, nowMs);
        if (room <= 0) {
            return RejectReason.MAX_ACTIVE_SERIES;
        }
        if (metric >= 0 && series.metrics().active(metric) >= maxOfMetric) {
            metricsRefused.set(metric);
            return RejectReason.MAX_SERIES_PER_METRIC;
        }
        if (!newSeries.take()) {
            newSeriesRefused = true;
            return RejectReason.MAX_NEW_SERIES;
        }
        room--;
        admitted = admittedSince() + 1;
        return null;
    }

    /**
     * What should be closed by what is known at this moment: what is and still has to be, and what was refused since.
     * Nothing while series may come that were known in another partition: gateways would refuse them.
     */
    Closing next(TenantLimits limitsNow, long nowMs) {
        newSeries.refill(limitsNow.maxNewSeriesPerMinute(), shard.width(), nowMs);
        boolean spent =
                !newSeries.isRefilled() && (newSeriesRefused || closing.reached() == RejectReason.MAX_NEW_SERIES);
        BitSet metrics = (BitSet) metricsRefused.clone();
        metrics.or(closing.metrics());
        newSeriesRefused = false;
        metricsRefused.clear();
        if (shard.isInGrace()) {
            return Closing.NONE;
        }
        if (room(limitsNow) <= 0) {
            return Closing.ofAll(RejectReason.MAX_ACTIVE_SERIES);
        }
        if (spent) {
            return Closing.ofAll(RejectReason.MAX_NEW_SERIES);
        }
        return Closing.ofMetrics(full(metrics, share(limitsNow.maxSeriesPerMetric())));
    }

    /** Those of the metrics that are full, closed ones first, as many as can be told. */
    private BitSet full(BitSet metrics, long most) {
        BitSet full = new BitSet();
        int bytes = take(full, closing.metrics(), most, 0);
        take(full, metrics, most, bytes);
        return full;
    }

    private int take(BitSet full, BitSet metrics, long most, int bytesBefore) {
        NameCounts names = series.metrics();
        int bytes = bytesBefore;
        for (int metric = metrics.nextSetBit(0); metric >= 0; metric = metrics.nextSetBit(metric + 1)) {
            if (!full.get(metric)
                    && names.isUsed(metric)
                    && names.active(metric) >= most
                    && full.cardinality() < AdmissionRecord.MAX_METRICS) {
                int length = names.name(metric).getBytes(StandardCharsets.UTF_8).length;
                if (bytes + length <= AdmissionRecord.MAX_METRIC_BYTES) {
                    bytes += length;
                    full.set(metric);
                }
            }
        }
        return bytes;
    }

    /** From now on exactly this is refused without a further look. */
    void close(Closing told) {
        if (closing.isOfAll() && !told.isOfAll()) {
            // what room there is was not looked at meanwhile
            limits = null;
        }
        closing = told;
    }

    Closing closing() {
        return closing;
    }

    TenantSeries series() {
        return series;
    }

    SeriesTable table() {
        return series.table();
    }

    AdmissionRecord.Key key() {
        return new AdmissionRecord.Key(tenant, partition);
    }

    /** Active series of the tenant in all partitions, as far as is known here. */
    public long active() {
        if (shard.isSettling()) {
            return shard.activeBefore() + admittedSince();
        }
        long own = series.table().active();
        long others = cluster.othersActive(tenant, partition);
        return others == ClusterUsage.UNKNOWN ? own * shard.width() : own + others;
    }

    /** What a sender would be told of a reason that {@link #admit} gave. */
    public String explain(RejectReason reason, TenantLimits limitsNow) {
        return AdmissionRecord.explain(reason, active(), limit(reason, limitsNow));
    }

    /** The limit that a reason is about, which {@link #admit} gave. */
    static long limit(RejectReason reason, TenantLimits limits) {
        return switch (reason) {
            case MAX_SERIES_PER_METRIC -> limits.maxSeriesPerMetric();
            case MAX_NEW_SERIES -> limits.maxNewSeriesPerMinute();
            default -> limits.maxActiveSeries();
        };
    }

    private void refresh(TenantLimits newLimits, long nowMs) {
        boolean changed = !newLimits.equals(limits) || sharedBy != shard.width();
        if (changed) {
            limits = newLimits;
            sharedBy = shard.width();
        }
        long periodMs = roomGiven ? REFRESH_MS : LOOK_AGAIN_MS;
        if (changed || nowMs - refreshedMs >= periodMs || nowMs < refreshedMs) {
            refreshedMs = nowMs;
            room = room(newLimits);
            roomGiven = room > 0;
            maxOfMetric = PerMinute.share(newLimits.maxSeriesPerMetric(), shard.widthForMetrics());
            newSeries.refill(newLimits.maxNewSeriesPerMinute(), shard.width(), nowMs);
        }
    }

    private long room(TenantLimits limitsNow) {
        long cap = share(limitsNow.maxActiveSeries());
        if (shard.isSettling()) {
            long share = share(limitsNow.maxActiveSeries() - shard.activeBefore()) - admittedSince();
            // In a partition of before, the count is also of series that are leaving.
            return shard.isOld() ? share : Math.min(share, cap - series.table().active());
        }
        return Math.min(
                share(limitsNow.maxActiveSeries() - active()),
                cap - series.table().active());
    }

    private long admittedSince() {
        if (admittedEpoch != shard.epoch()) {
            admittedEpoch = shard.epoch();
            admitted = 0;
        }
        return admitted;
    }

    private long share(long whole) {
        return PerMinute.share(whole, shard.width());
    }
}
