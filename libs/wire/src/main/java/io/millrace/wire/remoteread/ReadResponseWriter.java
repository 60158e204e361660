package io.millrace.wire.remoteread;

import io.millrace.model.Labels;
import io.millrace.model.NativeHistogram;
import io.millrace.model.SampleColumns;
import io.millrace.wire.ByteWriter;
import io.millrace.wire.record.HistogramMessage;

/**
 * Writes a remote read answer of type {@code SAMPLES}: protobuf {@code prometheus.ReadResponse}, before snappy. The whole
 * answer is in memory; watch {@link #size}. Not thread-safe.
 */
public final class ReadResponseWriter {
    /** Of the HTTP answer; its {@code Content-Encoding} is {@code snappy}. */
    public static final String CONTENT_TYPE = "application/x-protobuf";

    private static final int RESULTS = 1;
    private static final int TIMESERIES = 1;
    private static final int SAMPLES = 2;
    private static final int HISTOGRAMS = 4;
    private static final int SAMPLE_VALUE = 1;
    private static final int SAMPLE_TIMESTAMP = 2;
    private static final int HISTOGRAM_TIMESTAMP = 15;

    private final ByteWriter response = new ByteWriter(1024);
    private final ByteWriter result = new ByteWriter(1024);
    private final ByteWriter series = new ByteWriter(1024);
    private final ByteWriter item = new ByteWriter(64);

    /** Adds a series to the result of the current query, with all samples as floats or histograms. */
    public void series(Labels labels, SampleColumns samples) {
        series.clear();
        ProtobufFields.putLabels(series, labels, item);
        for (int i = 0; i < samples.size(); i++) {
            item.clear();
            NativeHistogram histogram = samples.histogram(i);
            if (histogram == null) {
                ProtobufFields.putDouble(item, SAMPLE_VALUE, samples.value(i));
                ProtobufFields.putVarint(item, SAMPLE_TIMESTAMP, samples.timestamp(i));
                ProtobufFields.putMessage(series, SAMPLES, item);
            } else {
                HistogramMessage.encode(histogram, item);
                ProtobufFields.putVarint(item, HISTOGRAM_TIMESTAMP, samples.timestamp(i));
                ProtobufFields.putMessage(series, HISTOGRAMS, item);
            }
        }
        ProtobufFields.putMessage(result, TIMESERIES, series);
    }

    /** Ends the result of the current query. To be called once for each query of the request, in order. */
    public void endResult() {
        ProtobufFields.putMessage(response, RESULTS, result);
        result.clear();
    }

    /** Bytes so far, compression aside. */
    public int size() {
        return response.size() + result.size();
    }

    /** A copy of the answer; all results are ended. */
    public byte[] toByteArray() {
        return response.toByteArray();
    }
}
