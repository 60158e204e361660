package io.millrace.wire.remotewrite;

import io.millrace.model.Labels;
import io.millrace.model.NativeHistogram;
import io.millrace.model.RefusedItem;
import io.millrace.model.SeriesId;
import io.millrace.model.TenantLimits;
import io.millrace.wire.Partitions;
import io.millrace.wire.Shard;
import io.millrace.wire.labels.CanonicalLabels;
import io.millrace.wire.record.HistogramMessage;
import io.millrace.wire.record.SampleBatchReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Decodes a request and reads the batches back into values, checking ids and partitions on the way. */
final class Received {
    static final int PARTITIONS = 3;
    static final long NOW = 1_700_000_000_000L;

    sealed interface Item {}

    record Sample(long timestamp, long start, long bits) implements Item {
        static Sample of(double value, long timestamp) {
            return new Sample(timestamp, 0, Double.doubleToRawLongBits(value));
        }
    }

    record Histogram(long timestamp, long start, NativeHistogram histogram) implements Item {}

    record Exemplar(long timestamp, long bits, Labels labels) implements Item {}

    record Metadata(String type, String family, String help, String unit) {}

    final Map<Labels, List<Item>> series = new HashMap<>();
    final List<Metadata> metadata = new ArrayList<>();
    final WriteSummary summary;
    int batches;

    private Received(WriteSummary summary) {
        this.summary = summary;
    }

    static Received decode(MessageType type, byte[] message) {
        return decode(type, message, TenantLimits.DEFAULT);
    }

    static Received decode(MessageType type, byte[] message, TenantLimits limits) {
        return decode(new RemoteWriteDecoder(RequestLimits.DEFAULT), type, message, limits);
    }

    static Received decode(RemoteWriteDecoder decoder, MessageType type, byte[] message, TenantLimits limits) {
        PartitionedBatches batches = new PartitionedBatches(PARTITIONS);
        batches.begin(NOW);
        Received received = new Received(decoder.decode(type, message, 0, message.length, limits, NOW, batches));
        batches.finish().forEach(received::read);
        return received;
    }

    static Received decode(MessageType type, byte[] message, PartitionedBatches.Admission admission) {
        PartitionedBatches batches = new PartitionedBatches(PARTITIONS);
        batches.begin(NOW, Shard.all(PARTITIONS), admission);
        Received received = new Received(new RemoteWriteDecoder(RequestLimits.DEFAULT)
                .decode(type, message, 0, message.length, TenantLimits.DEFAULT, NOW, batches));
        batches.finish().forEach(received::read);
        return received;
    }

    private void read(PartitionedBatches.Batch batch) {
        batches++;
        SampleBatchReader reader = new SampleBatchReader();
        reader.wrap(batch.value());
        while (true) {
            switch (reader.nextEntry()) {
                case SERIES_WITH_LABELS -> {
                    SeriesId id = CanonicalLabels.id(
                            reader.seriesLabelsBuffer(), reader.seriesLabelsOffset(), reader.seriesLabelsLength());
                    if (id.high() != reader.idHigh() || id.low() != reader.idLow()) {
                        throw new AssertionError("id is not the hash of the labels");
                    }
                    if (Partitions.partition(id.high(), id.low(), PARTITIONS) != batch.partition()) {
                        throw new AssertionError("series in a wrong partition");
                    }
                    Labels labels = CanonicalLabels.decode(
                            reader.seriesLabelsBuffer(), reader.seriesLabelsOffset(), reader.seriesLabelsLength());
                    items(reader, series.computeIfAbsent(labels, absent -> new ArrayList<>()));
                }
                case SERIES_BY_ID -> throw new AssertionError("series without labels");
                case METADATA ->
                    metadata.add(new Metadata(
                            reader.metadataType().apiName(),
                            reader.metadataFamily(),
                            reader.metadataHelp(),
                            reader.metadataUnit()));
                case END -> {
                    return;
                }
            }
        }
    }

    private static void items(SampleBatchReader reader, List<Item> into) {
        while (true) {
            switch (reader.nextItem()) {
                case SAMPLE ->
                    into.add(new Sample(reader.timestampMs(), reader.startTimestampMs(), reader.valueBits()));
                case HISTOGRAM ->
                    into.add(new Histogram(
                            reader.timestampMs(),
                            reader.startTimestampMs(),
                            HistogramMessage.decode(
                                    reader.buffer(), reader.histogramOffset(), reader.histogramLength())));
                case EXEMPLAR ->
                    into.add(new Exemplar(
                            reader.timestampMs(),
                            reader.valueBits(),
                            CanonicalLabels.decode(
                                    reader.buffer(), reader.exemplarLabelsOffset(), reader.exemplarLabelsLength())));
                case END -> {
                    return;
                }
            }
        }
    }

    List<Item> items(String... labels) {
        return series.getOrDefault(Labels.of(labels), List.of());
    }

    /** Reason, samples, histograms, exemplars, others of each refusal. */
    List<String> refusals() {
        return summary.refusals().list().stream()
                .map(refusal -> refusal.reason().metricLabel() + " " + refusal.samples() + "/" + refusal.histograms()
                        + "/" + refusal.exemplars() + "/" + refusal.others())
                .toList();
    }

    /** The example of each refusal. */
    List<RefusedItem> refusedItems() {
        return summary.refusals().list().stream().map(Refusals.Refusal::item).toList();
    }

    String counts() {
        return summary.samples() + "/" + summary.histograms() + "/" + summary.exemplars() + "/" + summary.metadata();
    }

    static byte[] withPadding(byte[] message) {
        return Arrays.copyOf(message, message.length + RemoteWriteDecoder.SLACK);
    }
}
