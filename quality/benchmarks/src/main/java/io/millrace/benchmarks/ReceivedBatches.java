package io.millrace.benchmarks;

import io.millrace.model.SeriesId;
import io.millrace.wire.Partitions;
import io.millrace.wire.labels.CanonicalLabels;
import io.millrace.wire.record.SampleBatchWriter;
import java.util.ArrayList;
import java.util.List;

/** Values of the topic {@code received}: one sample of each of many {@link TypicalSeries}, {@link #SERIES} to a batch. */
final class ReceivedBatches {
    /** What a gateway makes of requests of 2,000 samples for 6 partitions. */
    static final int SERIES = 350;

    private ReceivedBatches() {}

    /** The batches of each partition. */
    static List<List<byte[]>> of(int series, int partitions, long receiveTimeMs) {
        List<List<byte[]>> batches = new ArrayList<>();
        List<SampleBatchWriter> writers = new ArrayList<>();
        for (int partition = 0; partition < partitions; partition++) {
            batches.add(new ArrayList<>());
            SampleBatchWriter writer = new SampleBatchWriter();
            writer.begin(receiveTimeMs);
            writers.add(writer);
        }
        for (int number = 0; number < series; number++) {
            TypicalSeries typical = new TypicalSeries(number);
            byte[] labels = typical.labels();
            SeriesId id = CanonicalLabels.id(labels, 0, labels.length);
            int partition = Partitions.partition(id.high(), id.low(), partitions);
            SampleBatchWriter writer = writers.get(partition);
            writer.series(id.high(), id.low(), labels, 0, labels.length);
            writer.sample(receiveTimeMs - number % 1000, 0, typical.valueBits());
            if (writer.itemCount() == SERIES) {
                batches.get(partition).add(writer.toByteArray());
                writer.begin(receiveTimeMs);
            }
        }
        for (int partition = 0; partition < partitions; partition++) {
            if (!writers.get(partition).isEmpty()) {
                batches.get(partition).add(writers.get(partition).toByteArray());
            }
        }
        return batches;
    }
}
