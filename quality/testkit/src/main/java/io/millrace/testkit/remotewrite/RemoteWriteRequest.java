package io.millrace.testkit.remotewrite;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.xerial.snappy.Snappy;

/**
 * The content of one remote write request, encodable as version 1.0 ({@code prometheus.WriteRequest}) or 2.0 ({@code
 * io.prometheus.write.v2.Request}). Not thread-safe.
 */
public final class RemoteWriteRequest {

    /** Content type of version 1.0. */
    public static final String CONTENT_TYPE_1 = "application/x-protobuf";

    /** Content type of version 2.0. */
    public static final String CONTENT_TYPE_2 = "application/x-protobuf;proto=io.prometheus.write.v2.Request";

    private record FamilyMetadata(int type, String family, String help, String unit) {}

    private final List<WriteSeries> series = new ArrayList<>();
    private final List<FamilyMetadata> families = new ArrayList<>();

    public static RemoteWriteRequest of(WriteSeries... series) {
        return of(List.of(series));
    }

    public static RemoteWriteRequest of(List<WriteSeries> series) {
        RemoteWriteRequest request = new RemoteWriteRequest();
        request.series.addAll(series);
        return request;
    }

    public RemoteWriteRequest add(WriteSeries more) {
        series.add(more);
        return this;
    }

    /** Adds metadata of a metric family, which only version 1.0 has; {@code type} is the number of the enumeration. */
    public RemoteWriteRequest metadata(int type, String family, String help, String unit) {
        families.add(new FamilyMetadata(type, family, help, unit));
        return this;
    }

    /** The protobuf bytes of version 1.0, not compressed. */
    public byte[] version1() {
        ProtobufWriter out = new ProtobufWriter();
        for (WriteSeries one : series) {
            out.message(1, series1(one));
        }
        for (FamilyMetadata family : families) {
            ProtobufWriter message = new ProtobufWriter();
            message.int64(1, family.type());
            message.string(2, family.family());
            message.string(4, family.help());
            message.string(5, family.unit());
            out.message(3, message);
        }
        return out.toByteArray();
    }

    /** The protobuf bytes of version 2.0, not compressed. */
    public byte[] version2() {
        Map<String, Integer> symbols = new LinkedHashMap<>();
        symbols.put("", 0);
        List<ProtobufWriter> messages = new ArrayList<>();
        for (WriteSeries one : series) {
            messages.add(series2(one, symbols));
        }
        ProtobufWriter out = new ProtobufWriter();
        symbols.keySet().forEach(symbol -> out.element(4, symbol));
        messages.forEach(message -> out.message(5, message));
        return out.toByteArray();
    }

    /** Snappy's block format, as the specification asks. */
    public static byte[] snappy(byte[] bytes) {
        try {
            return Snappy.compress(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ProtobufWriter series1(WriteSeries one) {
        ProtobufWriter out = new ProtobufWriter();
        labels1(out, one.labels);
        for (WriteSeries.Sample sample : one.samples) {
            ProtobufWriter message = new ProtobufWriter();
            message.doubleField(1, sample.value());
            message.int64(2, sample.timestampMs());
            out.message(2, message);
        }
        for (WriteSeries.Exemplar exemplar : one.exemplars) {
            ProtobufWriter message = new ProtobufWriter();
            labels1(message, exemplar.labels());
            message.doubleField(2, exemplar.value());
            message.int64(3, exemplar.timestampMs());
            out.message(3, message);
        }
        for (WriteSeries.HistogramSample sample : one.histograms) {
            out.message(4, HistogramWriter.write(sample.histogram(), sample.timestampMs(), 0));
        }
        return out;
    }

    private static void labels1(ProtobufWriter out, List<String> namesAndValues) {
        for (int i = 0; i < namesAndValues.size(); i += 2) {
            ProtobufWriter label = new ProtobufWriter();
            label.string(1, namesAndValues.get(i));
            label.string(2, namesAndValues.get(i + 1));
            out.message(1, label);
        }
    }

    private static ProtobufWriter series2(WriteSeries one, Map<String, Integer> symbols) {
        ProtobufWriter out = new ProtobufWriter();
        out.packedUint(1, references(one.labels, symbols));
        for (WriteSeries.Sample sample : one.samples) {
            ProtobufWriter message = new ProtobufWriter();
            message.doubleField(1, sample.value());
            message.int64(2, sample.timestampMs());
            message.int64(3, sample.startMs());
            out.message(2, message);
        }
        for (WriteSeries.HistogramSample sample : one.histograms) {
            out.message(3, HistogramWriter.write(sample.histogram(), sample.timestampMs(), sample.startMs()));
        }
        for (WriteSeries.Exemplar exemplar : one.exemplars) {
            ProtobufWriter message = new ProtobufWriter();
            message.packedUint(1, references(exemplar.labels(), symbols));
            message.doubleField(2, exemplar.value());
            message.int64(3, exemplar.timestampMs());
            out.message(4, message);
        }
        WriteSeries.Metadata metadata = one.metadata;
        if (metadata != null) {
            ProtobufWriter message = new ProtobufWriter();
            message.int64(1, metadata.type());
            message.int64(3, symbol(metadata.help(), symbols));
            message.int64(4, symbol(metadata.unit(), symbols));
            out.message(5, message);
        }
        out.int64(6, one.createdMs);
        return out;
    }

    private static int[] references(List<String> texts, Map<String, Integer> symbols) {
        return texts.stream().mapToInt(text -> symbol(text, symbols)).toArray();
    }

    private static int symbol(String text, Map<String, Integer> symbols) {
        Integer known = symbols.putIfAbsent(text, symbols.size());
        return known == null ? symbols.size() - 1 : known;
    }
}
