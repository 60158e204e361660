package io.millrace.wire.remotewrite;

import static io.millrace.wire.remotewrite.ProtobufCursor.LENGTH_DELIMITED;
import static io.millrace.wire.remotewrite.ProtobufCursor.VARINT;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The symbols of a 2.0 request as positions in its bytes, and the reading of label references. References come in pairs,
 * name and value, and may be spread over several fields of one message. Not thread-safe.
 */
final class SymbolTable {
    /** Tables longer than this are given back after the request that needed them: 2 × 64 KiB stay. */
    private static final int KEPT = 16 << 10;

    private final int max;
    private int[] positions = new int[1024];
    private int[] lengths = new int[1024];
    private int size;

    private long pendingName = -1;
    private int references;

    SymbolTable(int max) {
        this.max = max;
    }

    void clear() {
        size = 0;
        pendingName = -1;
        references = 0;
        if (positions.length > KEPT) {
            positions = new int[1024];
            lengths = new int[1024];
        }
    }

    void add(int position, int length) {
        if (size == max) {
            throw new RequestTooLargeException("request with more than " + max + " symbols");
        }
        if (size == positions.length) {
            positions = Arrays.copyOf(positions, 2 * size);
            lengths = Arrays.copyOf(lengths, 2 * size);
        }
        positions[size] = position;
        lengths[size++] = length;
    }

    int size() {
        return size;
    }

    byte[] bytes(byte[] message, int reference) {
        int from = positions[reference];
        int length = Math.min(lengths[reference], RemoteWriteDecoder.MAX_LABELS_BYTES + 1);
        return Arrays.copyOfRange(message, from, from + length);
    }

    /**
     * Reads a field labels_refs, packed or not, whose tag was just read.
     *
     * @return the first reference that is outside of the table, as text; null when there is none
     */
    @Nullable
    String readLabels(ProtobufCursor in, int tag, SeriesLabels into) {
        if ((tag & 7) == VARINT) {
            return reference(in.readVarint(), into);
        }
        if ((tag & 7) != LENGTH_DELIMITED) {
            throw in.wrongType(tag, "labels_refs");
        }
        String problem = null;
        int outer = in.limit;
        int length = in.readLength();
        in.limit = in.position + length;
        while (in.position < in.limit) {
            String bad = reference(in.readVarint(), into);
            problem = problem == null ? bad : problem;
        }
        in.limit = outer;
        return problem;
    }

    private @Nullable String reference(long raw, SeriesLabels into) {
        long reference = raw & 0xffffffffL;
        references++;
        if (pendingName < 0) {
            pendingName = reference;
            return null;
        }
        long name = pendingName;
        pendingName = -1;
        if (name >= size || reference >= size) {
            return "labels_refs " + (references - 1) + " is " + name + ":" + reference
                    + ", outside of the symbols table of " + size;
        }
        into.add(positions[(int) name], lengths[(int) name], positions[(int) reference], lengths[(int) reference]);
        return null;
    }

    /** Ends the references of a message; text when there was a name without a value. */
    @Nullable
    String finishLabels() {
        boolean odd = pendingName >= 0;
        int count = references;
        pendingName = -1;
        references = 0;
        return odd ? "labels_refs has the odd length " + count : null;
    }
}
