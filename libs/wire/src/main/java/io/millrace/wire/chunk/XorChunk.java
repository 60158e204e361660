package io.millrace.wire.chunk;

import io.millrace.model.SampleColumns;
import io.millrace.wire.MalformedException;

/**
 * A float chunk under construction, in the XOR format of Prometheus ({@code tsdb/chunkenc/xor.go}, documented in
 * {@code docs/formats/chunks.md}). {@link #bytes} may be called at any time; later appends go on from there. Small on the
 * heap: 64 bytes and the array of the bit stream. Not thread-safe.
 */
public final class XorChunk extends ChunkWriter {
    /** Words: the first sample takes 16 bytes, then 1 to 2 bytes a sample, so the array first grows after some 20 samples. */
    private static final int INITIAL_CAPACITY = 5;

    private long lastValue;
    private short window = NO_WINDOW;

    public XorChunk() {
        super(INITIAL_CAPACITY);
    }

    private XorChunk(byte[] encoded, Decoder end) {
        super(encoded, end.in.position());
        lastTimestampMs = end.timestampMs;
        lastDelta = end.delta;
        lastValue = end.value;
        window = end.in.window;
    }

    /**
     * Goes on with an encoded chunk.
     *
     * @throws io.millrace.wire.MalformedException when the bytes are not an XOR chunk with at least one sample
     */
    public static XorChunk reopen(byte[] encoded) {
        Decoder decoder = new Decoder(encoded);
        if (decoder.count == 0) {
            throw new MalformedException("a chunk without samples cannot be reopened");
        }
        for (int i = 0; i < decoder.count; i++) {
            decoder.next(i);
        }
        long padding = decoder.in.remaining();
        if (padding >= Byte.SIZE || padding > 0 && decoder.in.read((int) padding) != 0) {
            throw new MalformedException("chunk has more bits behind its last sample than padding");
        }
        decoder.in.rewind((int) padding);
        return new XorChunk(encoded, decoder);
    }

    /**
     * Appends a sample; timestamps must rise strictly (the caller's duty, not checked).
     *
     * @throws IllegalStateException when the chunk has {@link #MAX_SAMPLES}
     */
    public void append(long timestampMs, long valueBits) {
        append(timestampMs, 0, valueBits);
    }

    /**
     * As {@link #append(long, long)}.
     *
     * @param startTimestampMs when the counter began, 0 when unset; kept beside the chunk, see {@link #rowData}
     */
    public void append(long timestampMs, long startTimestampMs, long valueBits) {
        if (count == MAX_SAMPLES) {
            throw new IllegalStateException("a chunk holds at most " + MAX_SAMPLES + " samples");
        }
        window = write(this, timestampMs, valueBits, lastValue, window);
        lastValue = valueBits;
        counted(startTimestampMs);
    }

    /**
     * Writes the next sample of a float chunk, without counting it.
     *
     * @param lastValue bits of the value before; of no meaning for the first sample
     * @param window of significant bits, {@link #NO_WINDOW} at first
     * @return the window for the next time
     */
    static short write(BitWriter out, long timestampMs, long valueBits, long lastValue, short window) {
        short newWindow = window;
        if (out.count == 0) {
            out.writeSvarint(timestampMs);
            out.write(valueBits, Long.SIZE);
        } else {
            long delta = timestampMs - out.lastTimestampMs;
            if (out.count == 1) {
                out.writeUvarint(delta);
            } else {
                writeDeltaOfDelta(out, delta - out.lastDelta);
            }
            out.lastDelta = delta;
            newWindow = out.writeXor(valueBits ^ lastValue, window);
        }
        out.lastTimestampMs = timestampMs;
        return newWindow;
    }

    private static void writeDeltaOfDelta(BitWriter out, long change) {
        if (change == 0) {
            out.writeZeros(1);
        } else if (Varbit.fits(change, 14)) {
            out.write(0b10L << 14 | change & 0x3fff, 2 + 14);
        } else if (Varbit.fits(change, 17)) {
            out.write(0b110L << 17 | change & 0x1ffff, 3 + 17);
        } else if (Varbit.fits(change, 20)) {
            out.write(0b1110L << 20 | change & 0xfffff, 4 + 20);
        } else {
            out.writePrefixed(0b1111, 4, change, Long.SIZE);
        }
    }

    @Override
    public ChunkEncoding encoding() {
        return ChunkEncoding.XOR;
    }

    @Override
    public long firstTimestampMs() {
        return samples() == 0 ? 0 : new BitReader(head(), COUNT_BYTES).readSvarint();
    }

    /** Value bits of the sample appended last; 0 when empty. */
    public long lastValueBits() {
        return lastValue;
    }

    static void decode(byte[] data, long fromMs, long toMs, SampleColumns out) {
        Decoder decoder = new Decoder(data);
        for (int i = 0; i < decoder.count; i++) {
            decoder.next(i);
            if (decoder.timestampMs > toMs) {
                return;
            }
            if (decoder.timestampMs >= fromMs) {
                out.add(decoder.timestampMs, Double.longBitsToDouble(decoder.value));
            }
        }
    }

    private static final class Decoder {
        private final BitReader in;
        private final int count;
        private long timestampMs;
        private long delta;
        private long value;

        private Decoder(byte[] data) {
            in = new BitReader(data, 0);
            count = (int) in.read(COUNT_BYTES * Byte.SIZE);
        }

        private void next(int index) {
            if (index == 0) {
                timestampMs = in.readSvarint();
                value = in.read(Long.SIZE);
                return;
            }
            if (index == 1) {
                delta = in.readUvarint();
            } else {
                delta += readDeltaOfDelta();
            }
            timestampMs += delta;
            value = in.readXor(value);
        }

        private long readDeltaOfDelta() {
            return switch (in.readOnes(4)) {
                case 0 -> 0;
                case 1 -> Varbit.signed(in.read(14), 14);
                case 2 -> Varbit.signed(in.read(17), 17);
                case 3 -> Varbit.signed(in.read(20), 20);
                default -> in.read(Long.SIZE);
            };
        }
    }
}
