package io.millrace.wire.remotewrite;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Builds remote write messages as a sender does, with protobuf-java's output stream. Field numbers as published. */
final class TestRequest {
    record Sample(double value, long timestamp, long start) {}

    record Exemplar(List<String> labels, double value, long timestamp) {}

    /** Fields that are null are not written; a list of deltas or counts says whether it is an integer histogram. */
    record Histogram(
            Long countInt,
            Double countFloat,
            double sum,
            int schema,
            double zeroThreshold,
            Long zeroInt,
            Double zeroFloat,
            int[] negativeSpans,
            long[] negativeDeltas,
            double[] negativeCounts,
            int[] positiveSpans,
            long[] positiveDeltas,
            double[] positiveCounts,
            int resetHint,
            long timestamp,
            double[] customValues,
            long start) {}

    record Metadata(int type, String help, String unit) {}

    record Series(
            List<String> labels,
            List<Sample> samples,
            List<Histogram> histograms,
            List<Exemplar> exemplars,
            Metadata metadata,
            long created) {}

    record Family(int type, String name, String help, String unit) {}

    final List<Series> series = new ArrayList<>();
    final List<Family> families = new ArrayList<>();

    static TestRequest of(Series... series) {
        TestRequest request = new TestRequest();
        request.series.addAll(List.of(series));
        return request;
    }

    TestRequest family(int type, String name, String help, String unit) {
        families.add(new Family(type, name, help, unit));
        return this;
    }

    static Series sample(double value, long timestamp, String... labels) {
        return new Series(List.of(labels), List.of(new Sample(value, timestamp, 0)), List.of(), List.of(), null, 0);
    }

    static Series histogram(Histogram histogram, String... labels) {
        return new Series(List.of(labels), List.of(), List.of(histogram), List.of(), null, 0);
    }

    static Series exemplar(Exemplar exemplar, String... labels) {
        return new Series(List.of(labels), List.of(), List.of(), List.of(exemplar), null, 0);
    }

    /** The integer histogram of the compliance suite's basic case: 27 observations. */
    static Histogram basicHistogram(long timestamp) {
        return integerHistogram(27, 0, new int[] {0, 3, 2, 2}, new long[] {1, 2, 1, 3, 1}, timestamp);
    }

    private static Histogram integerHistogram(long count, int schema, int[] spans, long[] deltas, long timestamp) {
        return new Histogram(
                count,
                null,
                12.5,
                schema,
                0.001,
                1L,
                null,
                new int[] {0, 2},
                new long[] {1, 1},
                new double[0],
                spans,
                deltas,
                new double[0],
                0,
                timestamp,
                new double[0],
                0);
    }

    static Histogram floatHistogram(long timestamp, int schema, int[] spans, double... counts) {
        return new Histogram(
                null,
                100.5,
                -3.5,
                schema,
                0.0,
                null,
                0.5,
                new int[0],
                new long[0],
                new double[0],
                spans,
                new long[0],
                counts,
                3,
                timestamp,
                new double[0],
                0);
    }

    static Histogram customHistogram(long timestamp, double... bounds) {
        return new Histogram(
                30L,
                null,
                99.0,
                -53,
                0.0,
                null,
                null,
                new int[0],
                new long[0],
                new double[0],
                new int[] {0, 6},
                new long[] {2, 1, 2, 3, -1, -2},
                new double[0],
                1,
                timestamp,
                bounds,
                0);
    }

    byte[] encode(MessageType type) {
        return type == MessageType.WRITE_REQUEST_V1 ? v1() : v2();
    }

    byte[] v1() {
        return write(out -> {
            for (Series one : series) {
                out.writeByteArray(1, seriesV1(one));
            }
            for (Family family : families) {
                out.writeByteArray(3, write(inner -> {
                    inner.writeInt32(1, family.type);
                    inner.writeString(2, family.name);
                    inner.writeString(4, family.help);
                    inner.writeString(5, family.unit);
                }));
            }
        });
    }

    private static byte[] seriesV1(Series one) {
        return write(out -> {
            labelsV1(out, one.labels);
            for (Sample sample : one.samples) {
                out.writeByteArray(2, write(inner -> {
                    inner.writeDouble(1, sample.value);
                    inner.writeInt64(2, sample.timestamp);
                }));
            }
            for (Exemplar exemplar : one.exemplars) {
                out.writeByteArray(3, write(inner -> {
                    labelsV1(inner, exemplar.labels);
                    inner.writeDouble(2, exemplar.value);
                    inner.writeInt64(3, exemplar.timestamp);
                }));
            }
            for (Histogram histogram : one.histograms) {
                out.writeByteArray(4, histogramMessage(histogram, false));
            }
        });
    }

    private static void labelsV1(CodedOutputStream out, List<String> labels) throws IOException {
        for (int i = 0; i < labels.size(); i += 2) {
            String name = labels.get(i);
            String value = labels.get(i + 1);
            out.writeByteArray(1, write(inner -> {
                inner.writeString(1, name);
                inner.writeString(2, value);
            }));
        }
    }

    byte[] v2() {
        Map<String, Integer> symbols = new LinkedHashMap<>();
        symbols.put("", 0);
        List<byte[]> messages = new ArrayList<>();
        for (Series one : series) {
            messages.add(seriesV2(one, symbols));
        }
        return write(out -> {
            for (String symbol : symbols.keySet()) {
                out.writeString(4, symbol);
            }
            for (byte[] message : messages) {
                out.writeByteArray(5, message);
            }
        });
    }

    private static byte[] seriesV2(Series one, Map<String, Integer> symbols) {
        return write(out -> {
            references(out, one.labels, symbols);
            for (Sample sample : one.samples) {
                out.writeByteArray(2, write(inner -> {
                    inner.writeDouble(1, sample.value);
                    inner.writeInt64(2, sample.timestamp);
                    if (sample.start != 0) {
                        inner.writeInt64(3, sample.start);
                    }
                }));
            }
            for (Histogram histogram : one.histograms) {
                out.writeByteArray(3, histogramMessage(histogram, true));
            }
            for (Exemplar exemplar : one.exemplars) {
                out.writeByteArray(4, write(inner -> {
                    references(inner, exemplar.labels, symbols);
                    inner.writeDouble(2, exemplar.value);
                    inner.writeInt64(3, exemplar.timestamp);
                }));
            }
            if (one.metadata != null) {
                out.writeByteArray(5, write(inner -> {
                    inner.writeInt32(1, one.metadata.type);
                    inner.writeUInt32(3, symbol(one.metadata.help, symbols));
                    inner.writeUInt32(4, symbol(one.metadata.unit, symbols));
                }));
            }
            if (one.created != 0) {
                out.writeInt64(6, one.created);
            }
        });
    }

    private static void references(CodedOutputStream out, List<String> labels, Map<String, Integer> symbols)
            throws IOException {
        out.writeByteArray(1, write(inner -> {
            for (String label : labels) {
                inner.writeUInt32NoTag(symbol(label, symbols));
            }
        }));
    }

    private static int symbol(String text, Map<String, Integer> symbols) {
        return symbols.computeIfAbsent(text, absent -> symbols.size());
    }

    private static byte[] histogramMessage(Histogram histogram, boolean withStart) {
        return write(out -> {
            if (histogram.countInt != null) {
                out.writeUInt64(1, histogram.countInt);
            }
            if (histogram.countFloat != null) {
                out.writeDouble(2, histogram.countFloat);
            }
            out.writeDouble(3, histogram.sum);
            out.writeSInt32(4, histogram.schema);
            out.writeDouble(5, histogram.zeroThreshold);
            if (histogram.zeroInt != null) {
                out.writeUInt64(6, histogram.zeroInt);
            }
            if (histogram.zeroFloat != null) {
                out.writeDouble(7, histogram.zeroFloat);
            }
            buckets(out, 8, histogram.negativeSpans, histogram.negativeDeltas, histogram.negativeCounts);
            buckets(out, 11, histogram.positiveSpans, histogram.positiveDeltas, histogram.positiveCounts);
            out.writeEnum(14, histogram.resetHint);
            out.writeInt64(15, histogram.timestamp);
            if (histogram.customValues.length > 0) {
                out.writeByteArray(16, packed(histogram.customValues));
            }
            if (withStart && histogram.start != 0) {
                out.writeInt64(17, histogram.start);
            }
        });
    }

    private static void buckets(CodedOutputStream out, int field, int[] spans, long[] deltas, double[] counts)
            throws IOException {
        for (int i = 0; i < spans.length; i += 2) {
            int offset = spans[i];
            int length = spans[i + 1];
            out.writeByteArray(field, write(inner -> {
                inner.writeSInt32(1, offset);
                inner.writeUInt32(2, length);
            }));
        }
        if (deltas.length > 0) {
            out.writeByteArray(field + 1, write(inner -> {
                for (long delta : deltas) {
                    inner.writeSInt64NoTag(delta);
                }
            }));
        }
        if (counts.length > 0) {
            out.writeByteArray(field + 2, packed(counts));
        }
    }

    private static byte[] packed(double... values) {
        return write(out -> {
            for (double value : values) {
                out.writeDoubleNoTag(value);
            }
        });
    }

    interface Fields {
        void write(CodedOutputStream out) throws IOException;
    }

    static byte[] write(Fields fields) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            fields.write(out);
            out.flush();
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
