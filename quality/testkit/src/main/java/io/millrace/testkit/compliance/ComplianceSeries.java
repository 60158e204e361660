package io.millrace.testkit.compliance;

import io.millrace.model.Labels;
import io.millrace.model.MetricType;
import io.millrace.model.NativeHistogram;
import io.millrace.testkit.remotewrite.WriteSeries;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A series of a request, and what must be stored of it. Built by chaining; not thread-safe. */
public final class ComplianceSeries {
    /** A float sample; {@code start} is 0 when unset. */
    public record Sample(long timestamp, long start, long bits) {}

    /** A native histogram; {@code start} is 0 when unset. */
    public record HistogramSample(long timestamp, long start, NativeHistogram histogram) {}

    /** An exemplar. */
    public record Exemplar(long timestamp, double value, Labels labels) {}

    /** Metadata of a metric family; the type is named as in the API. */
    public record Metadata(String type, String family, String help, String unit) {}

    private final String[] pairs;
    private final List<Sample> samples = new ArrayList<>();
    private final List<HistogramSample> histograms = new ArrayList<>();
    private final List<Exemplar> exemplars = new ArrayList<>();
    private final WriteSeries series;
    private @Nullable Metadata metadata;
    private long created;

    ComplianceSeries(String... pairs) {
        this.pairs = pairs;
        this.series = WriteSeries.of(pairs);
    }

    /** Before samples and histograms. */
    ComplianceSeries created(long ms) {
        created = ms;
        series.created(ms);
        return this;
    }

    ComplianceSeries sample(long ts, double value) {
        series.sample(ts, value);
        samples.add(new Sample(ts, created, Double.doubleToRawLongBits(value)));
        return this;
    }

    ComplianceSeries histogram(long ts, NativeHistogram histogram) {
        series.histogram(ts, histogram);
        histograms.add(new HistogramSample(ts, created, histogram));
        return this;
    }

    ComplianceSeries exemplar(long ts, double value, String... labels) {
        series.exemplar(ts, value, labels);
        exemplars.add(new Exemplar(ts, value, Labels.of(labels)));
        return this;
    }

    ComplianceSeries metadata(int type, String help, String unit) {
        series.metadata(type, help, unit);
        if (type != 0 || !help.isEmpty() || !unit.isEmpty()) {
            metadata = new Metadata(
                    MetricType.ofNumber(type).apiName(), Labels.of(pairs).metricName(), help, unit);
        }
        return this;
    }

    WriteSeries toWrite() {
        return series;
    }

    /** The labels; only of series that are good. */
    public Labels labels() {
        return Labels.of(pairs);
    }

    public List<Sample> samples() {
        return samples;
    }

    public List<HistogramSample> histograms() {
        return histograms;
    }

    public List<Exemplar> exemplars() {
        return exemplars;
    }

    /** Null when there is nothing to store of it. */
    public @Nullable Metadata metadata() {
        return metadata;
    }
}
