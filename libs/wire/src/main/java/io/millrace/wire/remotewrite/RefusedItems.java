package io.millrace.wire.remotewrite;

import static io.millrace.wire.remotewrite.ProtobufCursor.FIXED64;
import static io.millrace.wire.remotewrite.ProtobufCursor.VARINT;

import io.millrace.model.RefusedItem;

/** Reads value and timestamp of an item of a series that was refused; once for each reason in a request. */
final class RefusedItems {
    private RefusedItems() {}

    /**
     * Reads the Sample, Histogram or Exemplar whose content the cursor stands before, up to the cursor's limit.
     *
     * @throws io.millrace.wire.MalformedException when the bytes are none
     */
    static RefusedItem read(RefusedItem.Kind kind, ProtobufCursor in) {
        return switch (kind) {
            case NONE -> RefusedItem.NONE;
            case SAMPLE -> read(kind, in, 1, 2);
            // its value is a message of its own: count and sum would not help to find it
            case HISTOGRAM -> read(kind, in, 0, 15);
            case EXEMPLAR -> read(kind, in, 2, 3);
        };
    }

    private static RefusedItem read(RefusedItem.Kind kind, ProtobufCursor in, int valueField, int timestampField) {
        long valueBits = 0;
        long timestampMs = 0;
        while (!in.atEnd()) {
            int tag = in.readTag();
            if (tag == (valueField << 3 | FIXED64)) {
                valueBits = in.readFixed64();
            } else if (tag == (timestampField << 3 | VARINT)) {
                timestampMs = in.readVarint();
            } else {
                in.skip(tag);
            }
        }
        return new RefusedItem(kind, timestampMs, Double.longBitsToDouble(valueBits));
    }
}
