package io.millrace.wire.remotewrite;

import io.millrace.wire.Shard;
import io.millrace.wire.record.SampleBatchWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Collects the series of one request into batches for the partitions of the topic {@code received}. A partition that
 * gets more than {@link #BATCH_LIMIT} has several batches. Reused by {@link #begin}; not thread-safe.
 */
public final class PartitionedBatches implements SeriesSink {
    /**
     * A stock broker takes records of 1,048,588 bytes, a stock producer 1,048,576 uncompressed. 640 KiB + labels of one
     * series 67 KiB + one item 224 KiB = 931 KiB.
     */
    public static final int BATCH_LIMIT = 640 << 10;

    /** Buffers beyond this are given back after the request that needed them. */
    private static final int KEPT_BYTES = 4 << 20;

    private static final int INITIAL_BYTES = 16 << 10;

    /** A finished batch: a record value for a partition. */
    public record Batch(int partition, byte[] value) {}

    /** Says why a series may not be kept, see {@link SeriesSink#whyFull}. Safe for any thread. */
    @FunctionalInterface
    public interface Admission {
        /** The admission of all series. */
        Admission ALL = (partition, idHigh, idLow, labels, length) -> null;

        @Nullable
        NotAdmitted whyFull(int partition, long idHigh, long idLow, byte[] labels, int length);
    }

    private final int partitions;
    private final Shard all;
    private final SampleBatchWriter[] writers;
    private final List<Batch> full = new ArrayList<>();
    private Shard shard;
    private Admission admission = Admission.ALL;
    private long receiveTimeMs;
    private long finishedBytes;

    /** @param partitions of the topic */
    public PartitionedBatches(int partitions) {
        this.partitions = partitions;
        this.all = Shard.all(partitions);
        this.shard = all;
        this.writers = new SampleBatchWriter[partitions];
        for (int i = 0; i < partitions; i++) {
            writers[i] = new SampleBatchWriter(INITIAL_BYTES);
        }
    }

    /**
     * Forgets what is in it; all series may come, to all partitions.
     *
     * @param receiveTimeMs when the request came, ms since the epoch
     */
    public void begin(long receiveTimeMs) {
        begin(receiveTimeMs, all, Admission.ALL);
    }

    /**
     * Forgets what is in it.
     *
     * @param receiveTimeMs when the request came, ms since the epoch
     * @param shard the partitions of the tenant
     * @param admission says which series may come
     */
    public void begin(long receiveTimeMs, Shard shard, Admission admission) {
        this.receiveTimeMs = receiveTimeMs;
        this.shard = shard;
        this.admission = admission;
        if (finishedBytes > KEPT_BYTES) {
            for (int i = 0; i < partitions; i++) {
                writers[i] = new SampleBatchWriter(INITIAL_BYTES);
            }
        }
        for (SampleBatchWriter writer : writers) {
            writer.begin(receiveTimeMs);
        }
        full.clear();
        finishedBytes = 0;
    }

    @Override
    public SampleBatchWriter batchFor(long idHigh, long idLow) {
        int partition = shard.partition(idHigh, idLow);
        SampleBatchWriter writer = writers[partition];
        if (writer.size() >= BATCH_LIMIT) {
            finish(partition);
        }
        return writer;
    }

    @Override
    public @Nullable NotAdmitted whyFull(long idHigh, long idLow, byte[] labels, int length) {
        return admission == Admission.ALL
                ? null
                : admission.whyFull(shard.partition(idHigh, idLow), idHigh, idLow, labels, length);
    }

    @Override
    public int batchLimit() {
        return BATCH_LIMIT;
    }

    private void finish(int partition) {
        SampleBatchWriter writer = writers[partition];
        if (!writer.isEmpty()) {
            byte[] value = writer.toByteArray();
            finishedBytes += value.length;
            full.add(new Batch(partition, value));
            writer.begin(receiveTimeMs);
        }
    }

    /** Every batch, each partition's in order; afterwards nothing is left. */
    public List<Batch> finish() {
        for (int i = 0; i < partitions; i++) {
            finish(i);
        }
        List<Batch> batches = List.copyOf(full);
        full.clear();
        return batches;
    }
}
