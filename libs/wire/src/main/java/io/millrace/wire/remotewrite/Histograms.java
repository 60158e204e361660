package io.millrace.wire.remotewrite;

import io.millrace.model.NativeHistogram;

/** Decodes histogram items of Kafka records. Stateless. */
public final class Histograms {
    private Histograms() {}

    /**
     * The histogram in the message bytes of a record item (see {@code docs/formats/sample-batch.md}).
     *
     * @throws io.millrace.wire.MalformedException when the bytes are not a histogram that agrees with itself
     */
    public static NativeHistogram decode(byte[] buffer, int offset, int length) {
        ProtobufCursor in = new ProtobufCursor();
        in.wrap(buffer, offset, length);
        HistogramMessage message = new HistogramMessage();
        message.read(in);
        String problem = message.check();
        if (problem != null) {
            throw in.malformed("histogram: " + problem);
        }
        return message.toHistogram();
    }
}
