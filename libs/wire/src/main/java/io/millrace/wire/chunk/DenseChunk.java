package io.millrace.wire.chunk;

import io.millrace.model.SampleColumns;
import io.millrace.wire.ByteReader;
import io.millrace.wire.ByteWriter;
import io.millrace.wire.MalformedException;

/**
 * Float samples of one series over a long time, such as a day, in about half of the bytes of XOR chunks: what the merge of
 * old chunks writes. It can only be written as a whole. Described byte by byte in {@code docs/formats/chunks.md}.
 *
 * <p>Samples are cut into segments that can be read alone. Within one, timestamps are a {@link LongColumn}, and values are
 * one value, or whole numbers divided by a power of ten ({@link DecimalScale}), or the bits of the doubles in an order in
 * which neighbours differ by little; both again a {@link LongColumn}. Every bit of every value comes back: what does not
 * fit is listed beside the column. Stateless.
 */
public final class DenseChunk {
    /** Number of the encoding in rows of the store. Prometheus has none like it. */
    public static final byte ENCODING = 16;

    /**
     * Samples in a chunk, at most: at 15 s three days, more than a chunk may hold; at 1 s four and a half hours. 16 to 60
     * KB, which is what a point query has to read at least.
     */
    public static final int MAX_SAMPLES = 16_384;

    /** Four hours at 15 s: what a query of one step has to decode; a segment costs some 16 bytes besides its samples. */
    static final int SEGMENT = 1_024;

    private static final int VERSION = 1;

    private DenseChunk() {}

    /** Whether a row's encoding is this one, with or without start timestamps. */
    public static boolean is(byte rowEncoding) {
        return (rowEncoding & ~Chunks.WITH_START_TIMESTAMPS) == ENCODING;
    }

    /**
     * Encodes samples {@code from} to {@code to - 1}: floats whose timestamps rise strictly, at least one, at most {@link
     * #MAX_SAMPLES}.
     */
    public static byte[] encode(SampleColumns samples, int from, int to) {
        if (to <= from || to - from > MAX_SAMPLES) {
            throw new IllegalArgumentException("a chunk of " + (to - from) + " samples");
        }
        ByteWriter out = new ByteWriter(64 + (to - from));
        out.putByte(VERSION);
        DenseSegment segment = new DenseSegment();
        long before = 0;
        for (int begin = from; begin < to; begin += SEGMENT) {
            int end = Math.min(to, begin + SEGMENT);
            long first = samples.timestamp(begin);
            long last = samples.timestamp(end - 1);
            byte[] body = segment.encode(samples, begin, end);
            out.putUvarint(end - begin);
            out.putSvarint(first - before);
            out.putUvarint(last - first);
            out.putSized(body);
            before = last;
        }
        return out.toByteArray();
    }

    /** As {@link #encode}, as a row of the store: start timestamps stand before the chunk if there are any. */
    public static Row encodeRow(SampleColumns samples, int from, int to) {
        byte[] chunk = encode(samples, from, to);
        StartTimestamps starts = null;
        for (int i = from; i < to; i++) {
            long start = samples.startTimestamp(i);
            if (starts == null && start != 0) {
                starts = new StartTimestamps(i - from);
            }
            if (starts != null) {
                starts.add(start);
            }
        }
        return starts == null
                ? new Row(ENCODING, chunk)
                : new Row(
                        (byte) (ENCODING | Chunks.WITH_START_TIMESTAMPS),
                        starts.prepend(samples.timestamp(from), chunk));
    }

    /** What a row of the store holds. */
    public record Row(byte encoding, byte[] data) {}

    /**
     * Appends the samples with {@code fromMs <= timestamp <= toMs} to {@code out}; steps over segments that have none.
     *
     * @throws MalformedException when the bytes are not such a chunk; samples before the damage may have been appended
     */
    static void decode(byte[] data, long fromMs, long toMs, SampleColumns out) {
        ByteReader in = new ByteReader(data);
        int version = in.readByte();
        if (version != VERSION) {
            throw new MalformedException("dense chunk of version " + version + ", this reads " + VERSION);
        }
        DenseSegment segment = new DenseSegment();
        long before = 0;
        int total = 0;
        while (in.hasRemaining()) {
            long samples = in.readUvarint();
            if (samples < 1 || samples > SEGMENT || (total += (int) samples) > MAX_SAMPLES) {
                throw new MalformedException("dense chunk has a segment of " + samples + " samples");
            }
            long first = before + in.readSvarint();
            before = first + in.readUvarint();
            int length = in.readLength();
            if (first > toMs) {
                return;
            }
            if (before >= fromMs) {
                segment.decode(in.readBytes(length), (int) samples, first, fromMs, toMs, out);
            } else {
                in.skip(length);
            }
        }
        if (total == 0) {
            throw new MalformedException("dense chunk without samples");
        }
    }
}
