package io.millrace.benchmarks;

import io.millrace.model.Labels;
import io.millrace.model.TenantLimits;
import io.millrace.testkit.remotewrite.RemoteWriteRequest;
import io.millrace.testkit.remotewrite.WriteSeries;
import io.millrace.wire.labels.CanonicalLabels;
import io.millrace.wire.remotewrite.MessageType;
import io.millrace.wire.remotewrite.PartitionedBatches;
import io.millrace.wire.remotewrite.RemoteWriteDecoder;
import io.millrace.wire.remotewrite.RequestLimits;
import java.util.ArrayList;
import java.util.List;

/** Values of the topic {@code received} as a gateway makes them: one sample of each of many {@link TypicalSeries}. */
final class ReceivedBatches {
    /** Of a batch, about: what a gateway makes of requests of 2,000 samples for 6 partitions. */
    static final int SERIES = 350;

    private ReceivedBatches() {}

    /** The batches of each partition. */
    static List<List<byte[]>> of(int series, int partitions, long receiveTimeMs) {
        List<List<byte[]>> batches = new ArrayList<>();
        for (int partition = 0; partition < partitions; partition++) {
            batches.add(new ArrayList<>());
        }
        RemoteWriteDecoder decoder = new RemoteWriteDecoder(RequestLimits.DEFAULT);
        PartitionedBatches sink = new PartitionedBatches(partitions);
        for (int from = 0; from < series; from += SERIES * partitions) {
            List<WriteSeries> request = new ArrayList<>();
            for (int number = from; number < Math.min(series, from + SERIES * partitions); number++) {
                TypicalSeries typical = new TypicalSeries(number);
                request.add(WriteSeries.of(pairs(typical.labels()))
                        .sample(receiveTimeMs - number % 1000, Double.longBitsToDouble(typical.valueBits())));
            }
            byte[] message = RemoteWriteRequest.of(request).version1();
            sink.begin(receiveTimeMs);
            decoder.decode(
                    MessageType.WRITE_REQUEST_V1,
                    message,
                    0,
                    message.length,
                    TenantLimits.DEFAULT,
                    receiveTimeMs,
                    sink);
            sink.finish().forEach(batch -> batches.get(batch.partition()).add(batch.value()));
        }
        return batches;
    }

    private static String[] pairs(byte[] canonical) {
        Labels labels = CanonicalLabels.decode(canonical, 0, canonical.length);
        String[] pairs = new String[2 * labels.size()];
        for (int i = 0; i < labels.size(); i++) {
            pairs[2 * i] = labels.name(i);
            pairs[2 * i + 1] = labels.value(i);
        }
        return pairs;
    }
}
