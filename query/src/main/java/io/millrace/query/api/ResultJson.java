package io.millrace.query.api;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.model.Labels;
import io.millrace.promql.engine.QueryValue;
import io.millrace.promql.engine.QueryValue.Matrix;
import io.millrace.promql.engine.QueryValue.Scalar;
import io.millrace.promql.engine.QueryValue.Series;
import io.millrace.promql.engine.QueryValue.StringValue;
import io.millrace.promql.engine.QueryValue.Vector;
import io.millrace.promql.engine.QueryValue.VectorSample;
import io.millrace.promql.histogram.FloatHistogram;
import io.millrace.query.http.LoneSurrogates;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The values of PromQL as JSON, digit for digit as Prometheus writes them. Stateless. */
final class ResultJson {
    private ResultJson() {}

    /** {@code "resultType": ..., "result": ...} into the current object. */
    static void write(JsonGenerator json, QueryValue value) throws IOException {
        json.writeStringField("resultType", value.typeName());
        json.writeFieldName("result");
        if (value instanceof Matrix matrix) {
            json.writeStartArray();
            PointText points = new PointText(json);
            for (Series series : matrix.series()) {
                writeSeries(json, points, series);
            }
            json.writeEndArray();
        } else if (value instanceof Vector vector) {
            json.writeStartArray();
            for (VectorSample sample : vector.samples()) {
                writeSample(json, sample);
            }
            json.writeEndArray();
        } else if (value instanceof Scalar scalar) {
            writePoint(json, scalar.timestampMs(), scalar.value(), null);
        } else if (value instanceof StringValue string) {
            json.writeStartArray();
            writeTime(json, string.timestampMs());
            writeText(json, string.value());
            json.writeEndArray();
        }
    }

    private static void writeSample(JsonGenerator json, VectorSample sample) throws IOException {
        json.writeStartObject();
        json.writeFieldName("metric");
        writeLabels(json, sample.labels());
        json.writeFieldName(sample.histogram() == null ? "value" : "histogram");
        writePoint(json, sample.timestampMs(), sample.value(), sample.histogram());
        json.writeEndObject();
    }

    private static void writeSeries(JsonGenerator json, PointText points, Series series) throws IOException {
        json.writeStartObject();
        json.writeFieldName("metric");
        writeLabels(json, series.labels());
        @Nullable FloatHistogram @Nullable [] histograms = series.histograms();
        int floats = 0;
        for (int i = 0; i < series.size(); i++) {
            floats += histogram(histograms, i) == null ? 1 : 0;
        }
        if (floats > 0) {
            json.writeFieldName("values");
            points.array(series.timestamps(), series.values(), i -> histogram(histograms, i) == null);
        }
        if (floats < series.size()) {
            json.writeArrayFieldStart("histograms");
            for (int i = 0; i < series.size(); i++) {
                FloatHistogram histogram = histogram(histograms, i);
                if (histogram != null) {
                    writePoint(json, series.timestamps()[i], 0, histogram);
                }
            }
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    private static @Nullable FloatHistogram histogram(@Nullable FloatHistogram @Nullable [] histograms, int index) {
        return histograms == null ? null : histograms[index];
    }

    private static void writePoint(
            JsonGenerator json, long timestampMs, double value, @Nullable FloatHistogram histogram) throws IOException {
        json.writeStartArray();
        writeTime(json, timestampMs);
        if (histogram == null) {
            writeFloat(json, value);
        } else {
            writeHistogram(json, histogram);
        }
        json.writeEndArray();
    }

    private static void writeHistogram(JsonGenerator json, FloatHistogram histogram) throws IOException {
        json.writeStartObject();
        json.writeFieldName("count");
        writeFloat(json, histogram.count());
        json.writeFieldName("sum");
        writeFloat(json, histogram.sum());
        List<FloatHistogram.Bucket> buckets = histogram.buckets();
        boolean began = false;
        for (FloatHistogram.Bucket bucket : buckets) {
            if (bucket.count() == 0) {
                continue;
            }
            if (!began) {
                json.writeArrayFieldStart("buckets");
                began = true;
            }
            json.writeStartArray();
            json.writeNumber(boundaries(bucket));
            writeFloat(json, bucket.lower());
            writeFloat(json, bucket.upper());
            writeFloat(json, bucket.count());
            json.writeEndArray();
        }
        if (began) {
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    /** 0 open left, 1 open right, 2 open at both ends, 3 closed at both. */
    private static int boundaries(FloatHistogram.Bucket bucket) {
        if (bucket.lowerInclusive()) {
            return bucket.upperInclusive() ? 3 : 1;
        }
        return bucket.upperInclusive() ? 0 : 2;
    }

    static void writeLabels(JsonGenerator json, Labels labels) throws IOException {
        json.writeStartObject();
        for (int i = 0; i < labels.size(); i++) {
            json.writeFieldName(labels.name(i));
            writeText(json, labels.value(i));
        }
        json.writeEndObject();
    }

    /** Seconds, with three decimals unless the ms are 0. */
    static void writeTime(JsonGenerator json, long timestampMs) throws IOException {
        json.writeNumber(time(timestampMs));
    }

    static String time(long timestampMs) {
        long magnitude = Math.abs(timestampMs);
        long ms = magnitude % 1000;
        StringBuilder text = new StringBuilder(16);
        if (timestampMs < 0) {
            text.append('-');
        }
        text.append(magnitude / 1000);
        if (ms != 0) {
            text.append('.')
                    .append(ms < 100 ? "0" : "")
                    .append(ms < 10 ? "0" : "")
                    .append(ms);
        }
        return text.toString();
    }

    /** A number as a string, because JSON has no NaN. */
    static void writeFloat(JsonGenerator json, double value) throws IOException {
        json.writeString(PointText.format(value));
    }

    /** Text of which the parts that are not text become U+FFFD, as in Go. */
    static void writeText(JsonGenerator json, String text) throws IOException {
        json.writeString(LoneSurrogates.replace(text));
    }

    static void writeTextField(JsonGenerator json, String name, String text) throws IOException {
        json.writeFieldName(name);
        writeText(json, text);
    }
}
