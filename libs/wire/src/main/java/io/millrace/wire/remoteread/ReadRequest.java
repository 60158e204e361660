package io.millrace.wire.remoteread;

import io.millrace.wire.ByteReader;
import io.millrace.wire.MalformedException;
import io.millrace.wire.Utf8;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A remote read request: protobuf {@code prometheus.ReadRequest}, after snappy.
 *
 * @param queries what is asked for, each answered by one result, in this order
 * @param acceptedTypes how the client would have the answer, best first; types unknown here are left out
 * @param namesUnknownTypes whether some were left out
 */
public record ReadRequest(List<Query> queries, List<ResponseType> acceptedTypes, boolean namesUnknownTypes) {

    /** How an answer is written, as numbered in the protocol. */
    public enum ResponseType {
        /** {@link ReadResponseWriter}. */
        SAMPLES,
        /** {@link ChunkedReadWriter}. */
        STREAMED_XOR_CHUNKS
    }

    /** How a matcher compares, as numbered in the protocol. Regular expressions match the whole value. */
    public enum MatchType {
        EQUAL,
        NOT_EQUAL,
        REGEX,
        NOT_REGEX
    }

    /** All matchers of a query must match. A label that a series does not have is "". */
    public record Matcher(MatchType type, String name, String value) {}

    /**
     * Series and range asked for.
     *
     * @param startMs first timestamp wanted
     * @param endMs last timestamp wanted, inclusive
     * @param hints what the client is going to do with the answer, null when it did not say
     */
    public record Query(
            long startMs,
            long endMs,
            List<Matcher> matchers,
            @Nullable Hints hints) {}

    /**
     * What the client is going to do with the answer. Using it is optional.
     *
     * @param stepMs query step, 0 for an instant query
     * @param function surrounding function or aggregation, "" when none
     * @param startMs start of the range of the selector
     * @param endMs end of it
     * @param grouping label names of the aggregation
     * @param by whether {@code grouping} is {@code by} rather than {@code without}
     * @param rangeMs range of a range selector, 0 when none
     */
    public record Hints(
            long stepMs, String function, long startMs, long endMs, List<String> grouping, boolean by, long rangeMs) {}

    private static final MatchType[] MATCH_TYPES = MatchType.values();
    private static final ResponseType[] RESPONSE_TYPES = ResponseType.values();

    /**
     * How to answer: the first accepted type; samples when the client names none, as old ones do not.
     *
     * @return null when the client accepts types unknown here only; then the request is to be refused
     */
    public @Nullable ResponseType responseType() {
        if (!acceptedTypes.isEmpty()) {
            return acceptedTypes.get(0);
        }
        return namesUnknownTypes ? null : ResponseType.SAMPLES;
    }

    /** @throws io.millrace.wire.MalformedException when the bytes are not a read request */
    public static ReadRequest decode(byte[] buffer, int offset, int length) {
        ByteReader in = new ByteReader(buffer, offset, length);
        List<Query> queries = new ArrayList<>();
        List<ResponseType> types = new ArrayList<>();
        boolean unknown = false;
        while (in.hasRemaining()) {
            int tag = ProtobufFields.readTag(in);
            switch (tag) {
                case 1 << 3 | ProtobufFields.SIZED -> queries.add(readQuery(ProtobufFields.readMessage(in)));
                case 2 << 3 | ProtobufFields.VARINT -> unknown |= !addType(in.readUvarint(), types);
                case 2 << 3 | ProtobufFields.SIZED -> {
                    ByteReader packed = ProtobufFields.readMessage(in);
                    while (packed.hasRemaining()) {
                        unknown |= !addType(packed.readUvarint(), types);
                    }
                }
                default -> ProtobufFields.skip(in, tag);
            }
        }
        return new ReadRequest(List.copyOf(queries), List.copyOf(types), unknown);
    }

    private static boolean addType(long number, List<ResponseType> out) {
        if (number < 0 || number >= RESPONSE_TYPES.length) {
            return false;
        }
        ResponseType type = RESPONSE_TYPES[(int) number];
        // Once is enough, and a request of a million types stays small.
        if (!out.contains(type)) {
            out.add(type);
        }
        return true;
    }

    private static Query readQuery(ByteReader in) {
        long start = 0;
        long end = 0;
        List<Matcher> matchers = new ArrayList<>();
        Hints hints = null;
        while (in.hasRemaining()) {
            int tag = ProtobufFields.readTag(in);
            switch (tag) {
                case 1 << 3 | ProtobufFields.VARINT -> start = in.readUvarint();
                case 2 << 3 | ProtobufFields.VARINT -> end = in.readUvarint();
                case 3 << 3 | ProtobufFields.SIZED -> matchers.add(readMatcher(ProtobufFields.readMessage(in)));
                case 4 << 3 | ProtobufFields.SIZED -> hints = readHints(ProtobufFields.readMessage(in));
                default -> ProtobufFields.skip(in, tag);
            }
        }
        return new Query(start, end, List.copyOf(matchers), hints);
    }

    private static Matcher readMatcher(ByteReader in) {
        MatchType type = MatchType.EQUAL;
        String name = "";
        String value = "";
        while (in.hasRemaining()) {
            int tag = ProtobufFields.readTag(in);
            switch (tag) {
                case 1 << 3 | ProtobufFields.VARINT -> {
                    long number = in.readUvarint();
                    if (number < 0 || number >= MATCH_TYPES.length) {
                        throw new MalformedException("unknown matcher type " + Long.toUnsignedString(number));
                    }
                    type = MATCH_TYPES[(int) number];
                }
                case 2 << 3 | ProtobufFields.SIZED -> name = readText(in);
                case 3 << 3 | ProtobufFields.SIZED -> value = readText(in);
                default -> ProtobufFields.skip(in, tag);
            }
        }
        return new Matcher(type, name, value);
    }

    private static Hints readHints(ByteReader in) {
        long step = 0;
        String function = "";
        long start = 0;
        long end = 0;
        List<String> grouping = new ArrayList<>();
        boolean by = false;
        long range = 0;
        while (in.hasRemaining()) {
            int tag = ProtobufFields.readTag(in);
            switch (tag) {
                case 1 << 3 | ProtobufFields.VARINT -> step = in.readUvarint();
                case 2 << 3 | ProtobufFields.SIZED -> function = readText(in);
                case 3 << 3 | ProtobufFields.VARINT -> start = in.readUvarint();
                case 4 << 3 | ProtobufFields.VARINT -> end = in.readUvarint();
                case 5 << 3 | ProtobufFields.SIZED -> grouping.add(readText(in));
                case 6 << 3 | ProtobufFields.VARINT -> by = in.readUvarint() != 0;
                case 7 << 3 | ProtobufFields.VARINT -> range = in.readUvarint();
                default -> ProtobufFields.skip(in, tag);
            }
        }
        return new Hints(step, function, start, end, List.copyOf(grouping), by, range);
    }

    private static String readText(ByteReader in) {
        int length = in.readLength();
        String text = Utf8.decode(in.buffer(), in.position(), length);
        in.skip(length);
        return text;
    }
}
