package io.millrace.testkit.remotewrite;

import io.millrace.model.Labels;
import io.millrace.model.NativeHistogram;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One series of a request, built by chaining. Labels are kept as given: order, duplicates and empty values included.
 * Not thread-safe.
 */
public final class WriteSeries {

    /** A float sample; {@code startMs} 0 means no start timestamp and is written by version 2.0 only. */
    record Sample(double value, long timestampMs, long startMs) {}

    /** A native histogram at a time. */
    record HistogramSample(NativeHistogram histogram, long timestampMs, long startMs) {}

    /** An exemplar; {@code labels} are alternating names and values. */
    record Exemplar(List<String> labels, double value, long timestampMs) {}

    /** Metadata of a series of version 2.0; {@code type} is the number of the protobuf enumeration. */
    record Metadata(int type, String help, String unit) {}

    final List<String> labels;
    final List<Sample> samples = new ArrayList<>();
    final List<HistogramSample> histograms = new ArrayList<>();
    final List<Exemplar> exemplars = new ArrayList<>();
    long createdMs;

    @Nullable
    Metadata metadata;

    private WriteSeries(List<String> labels) {
        this.labels = labels;
    }

    /** A series with labels as alternating names and values, written exactly so. */
    public static WriteSeries of(String... namesAndValues) {
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException("a label name without a value");
        }
        return new WriteSeries(List.of(namesAndValues));
    }

    /** A series as a correct sender writes it. */
    public static WriteSeries of(Labels labels) {
        List<String> pairs = new ArrayList<>(2 * labels.size());
        labels.forEach((name, value) -> {
            pairs.add(name);
            pairs.add(value);
        });
        return new WriteSeries(pairs);
    }

    /** Adds a float sample; the bits of {@code value} are kept. */
    public WriteSeries sample(long timestampMs, double value) {
        samples.add(new Sample(value, timestampMs, 0));
        return this;
    }

    /** Adds a float sample with a start timestamp, which version 2.0 carries. */
    public WriteSeries sample(long timestampMs, double value, long startMs) {
        samples.add(new Sample(value, timestampMs, startMs));
        return this;
    }

    /** Adds a native histogram. */
    public WriteSeries histogram(long timestampMs, NativeHistogram histogram) {
        histograms.add(new HistogramSample(histogram, timestampMs, 0));
        return this;
    }

    /** Adds an exemplar with labels as alternating names and values. */
    public WriteSeries exemplar(long timestampMs, double value, String... namesAndValues) {
        exemplars.add(new Exemplar(List.of(namesAndValues), value, timestampMs));
        return this;
    }

    /** Sets the metadata of version 2.0; {@code type} is the number of the protobuf enumeration. */
    public WriteSeries metadata(int type, String help, String unit) {
        metadata = new Metadata(type, help, unit);
        return this;
    }

    /** Sets the created timestamp that senders up to 3.7 put into field 6 of a 2.0 series. */
    public WriteSeries created(long newCreatedMs) {
        createdMs = newCreatedMs;
        return this;
    }
}
