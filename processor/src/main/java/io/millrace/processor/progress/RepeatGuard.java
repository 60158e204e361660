package io.millrace.processor.progress;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the records of a partition that were processed already from those that were not, when the broker has the group go on
 * further back than it is. Not thread-safe: the task of the partition owns it.
 *
 * <h2>Why nothing is skipped that was not processed</h2>
 *
 * <ol>
 *   <li>The range of processed records is in the state, in the transaction of their output. It has no gaps: after one it
 *       begins anew, and so does it where nothing is known.
 *   <li>An offset is only a place, and another log may have another record there: the topic was deleted and made again, or a
 *       broker that lost power lost its newest records and takes new ones. So before the first record is skipped, the log is
 *       asked for the <em>last</em> record of the range. Records are only ever appended: when that one is the same, all
 *       before it are.
 *   <li>It is asked again when offsets go back once more, and when a record is younger than all in the range.
 *   <li>When it is another, the range is void, and all is processed. When the broker does not say, the task fails and asks
 *       again.
 * </ol>
 *
 * A record may be processed twice where the log had lost its end. None is lost.
 */
public final class RepeatGuard {
    private static final Logger log = LoggerFactory.getLogger(RepeatGuard.class);
    private static final long NONE = -1;

    /** Who counts what the guards of a process find; thread-safe. */
    public interface Counts {
        /** A record came again, and was skipped. */
        void repeated();

        /** The log was another one than that which was processed. */
        void replaced();
    }

    private final int partition;
    private final boolean wanted;
    private final RangeLog ranges;
    private final ReceivedLog received;
    private final Counts counts;

    private @Nullable ProcessedRange range;
    private boolean loaded;

    /** Offset of the record before, while it was one that the log was asked about. */
    private long before = NONE;

    /**
     * @param partition of {@code received}
     * @param wanted whether records are to be processed again when the group was set back, on purpose
     */
    public RepeatGuard(int partition, boolean wanted, RangeLog ranges, ReceivedLog received, Counts counts) {
        this.partition = partition;
        this.wanted = wanted;
        this.ranges = ranges;
        this.received = received;
        this.counts = counts;
    }

    /**
     * Whether this record was processed in a transaction that is committed. Then it is to be left alone; otherwise
     * {@link #processed} is to be called after it.
     *
     * @throws ReceivedUnavailableException when that cannot be known now
     */
    public boolean wasProcessed(long offset, long timestampMs) {
        ProcessedRange known = range();
        if (known == null || offset > known.last()) {
            before = NONE;
            return false;
        }
        if (wanted) {
            log.info("partition={} is processed again from offset={} known until={}", partition, offset, known.last());
            range = null;
            return false;
        }
        boolean goesOn = before != NONE && offset > before && timestampMs <= known.latestMs();
        if (!goesOn && !isSameLog(known, offset)) {
            range = null;
            before = NONE;
            return false;
        }
        before = offset;
        if (offset < known.first()) {
            return false;
        }
        counts.repeated();
        return true;
    }

    /** The record was processed; durable with the output of it. */
    public void processed(long offset, long timestampMs, byte @Nullable [] value) {
        ProcessedRange known = range();
        if (known != null && offset < known.first()) {
            return;
        }
        RecordMark mark = RecordMark.of(timestampMs, value);
        ProcessedRange now =
                known != null && offset == known.last() + 1 ? known.next(mark) : ProcessedRange.of(offset, mark);
        range = now;
        ranges.put(now);
    }

    private boolean isSameLog(ProcessedRange known, long offset) {
        RecordMark there = received.at(partition, known.last());
        boolean same = known.mark().equals(there);
        if (same) {
            log.warn(
                    "the group went back, processed records are skipped partition={} from={} processedFrom={} processedTo={}",
                    partition,
                    offset,
                    known.first(),
                    known.last());
        } else {
            counts.replaced();
            log.warn(
                    "received is not the log that was processed, all is processed partition={} from={} processedTo={}"
                            + " expected={} found={}",
                    partition,
                    offset,
                    known.last(),
                    known.mark(),
                    there);
        }
        return same;
    }

    private @Nullable ProcessedRange range() {
        if (!loaded) {
            range = ranges.range();
            loaded = true;
        }
        return range;
    }
}
