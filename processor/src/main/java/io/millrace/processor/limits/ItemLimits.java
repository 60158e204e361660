package io.millrace.processor.limits;

import io.millrace.model.NativeHistogram;
import io.millrace.model.RejectReason;
import io.millrace.model.TenantLimits;
import io.millrace.processor.refusals.Refusal;
import io.millrace.wire.record.HistogramMessage;
import io.millrace.wire.record.SampleBatchReader;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The limits on samples, histograms, exemplars and metadata of one tenant in one partition: time window, buckets, exemplars
 * per minute, metric families. Not thread-safe: the task of the partition owns it.
 *
 * <p>The time window was held by the gateway already, with the limits it knew; here it is held with those that are in force
 * when the samples are processed, against the time at which the gateway received them, so that a backlog refuses nothing.
 */
public final class ItemLimits {
    private final PerMinute exemplars = new PerMinute();
    private final Set<String> families = new HashSet<>();

    // Of the batch being read.
    private TenantLimits limits = TenantLimits.DEFAULT;
    private int partitions;
    private long receivedMs;
    private long earliestMs;
    private long latestMs;

    /**
     * The next items are of this batch.
     *
     * @param newPartitions that share the limits of the whole
     * @param newReceivedMs when a gateway had received it
     */
    public void begin(TenantLimits newLimits, int newPartitions, long newReceivedMs, long nowMs) {
        limits = newLimits;
        if (newPartitions != partitions) {
            partitions = newPartitions;
            families.clear();
        }
        receivedMs = newReceivedMs;
        earliestMs = newReceivedMs - newLimits.pastWindow().toMillis();
        latestMs = newReceivedMs + newLimits.futureWindow().toMillis();
        exemplars.refill(newLimits.maxExemplarsPerMinute(), newPartitions, nowMs);
    }

    /** Whether a time is within the window. */
    public boolean isWithin(long timestampMs) {
        return timestampMs >= earliestMs && timestampMs <= latestMs;
    }

    /** Why a time that is not within the window is refused. */
    public Refusal outside(long timestampMs) {
        return timestampMs < earliestMs
                ? new Refusal(
                        RejectReason.TOO_OLD,
                        "the sample was " + (receivedMs - timestampMs) / 1000
                                + " s old when it came, the instance takes samples of the last "
                                + limits.pastWindow().toSeconds() + " s")
                : new Refusal(
                        RejectReason.TOO_FAR_IN_FUTURE,
                        "the sample was " + (timestampMs - receivedMs) / 1000
                                + " s ahead of the gateway's clock when it came, the instance takes "
                                + limits.futureWindow().toSeconds() + " s");
    }

    /** Whether the histogram the reader stands on can have too many buckets: each takes a byte at least. */
    public boolean isLarge(SampleBatchReader histogram) {
        return histogram.histogramLength() > limits.maxHistogramBuckets();
    }

    /**
     * The histogram the reader stands on with no more buckets than allowed; null when that cannot be.
     *
     * @throws io.millrace.wire.MalformedException when it cannot be read
     */
    public byte @Nullable [] reduced(SampleBatchReader reader) {
        NativeHistogram histogram =
                HistogramMessage.decode(reader.buffer(), reader.histogramOffset(), reader.histogramLength());
        NativeHistogram reduced = HistogramResolution.reduce(histogram, limits.maxHistogramBuckets());
        return reduced == null ? null : HistogramMessage.encode(reduced);
    }

    /** Why a histogram that cannot be reduced is refused. */
    public Refusal tooManyBuckets() {
        return new Refusal(
                RejectReason.MAX_HISTOGRAM_BUCKETS,
                "the histogram has more buckets than the limit of " + limits.maxHistogramBuckets()
                        + ", and its resolution cannot be lowered so far");
    }

    /** Whether one more exemplar is stored. */
    public boolean takeExemplar() {
        return exemplars.take();
    }

    /** Exemplars that were taken are looked at again. */
    public void giveBack(int number) {
        exemplars.giveBack(number);
    }

    /** Why an exemplar is refused. */
    public Refusal tooManyExemplars() {
        return new Refusal(
                RejectReason.MAX_EXEMPLARS,
                "the instance has as many exemplars in a minute as its limit of " + limits.maxExemplarsPerMinute());
    }

    /**
     * Whether metadata of a metric family is stored. A family's metadata always comes to the same partition, by the hash of
     * its name, so each partition has an equal share of the limit and three standard deviations more, see {@link
     * SeriesAdmission}. Families are counted since the task began or the tenant's shard was widened (then families move too):
     * afterwards those that are still sent come first.
     */
    public boolean takeMetadata(String family) {
        if (families.contains(family)) {
            return true;
        }
        if (families.size() >= PerMinute.share(limits.maxMetadata(), partitions)) {
            return false;
        }
        return families.add(family);
    }

    /** Why metadata is refused. */
    public Refusal tooMuchMetadata() {
        return new Refusal(
                RejectReason.MAX_METADATA,
                "the instance has metadata of as many metric families as its limit of " + limits.maxMetadata());
    }
}
