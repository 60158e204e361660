package io.millrace.wire.chunk;

import io.millrace.model.SampleColumns;
import io.millrace.wire.MalformedException;

/**
 * A float chunk under construction, in the XOR format of Prometheus ({@code tsdb/chunkenc/xor.go}, documented in
 * {@code docs/formats/chunks.md}). {@link #bytes} may be called at any time; later appends go on from there. Small on the
 * heap: the bit stream and a few fields, 48 bytes and the array. Not thread-safe.
 */
public final class XorChunk extends BitWriter {
    /** Samples a chunk can count. */
    public static final int MAX_SAMPLES = 0xffff;

    /** First sample 16 bytes, then 1 to 2 bytes a sample: the array grows for the first time after some ten samples. */
    private static final int INITIAL_CAPACITY = 39;

    private static final int COUNT_BYTES = 2;
    private static final byte NO_WINDOW = -1;
    /** Leading zeros have five bits. */
    private static final int MAX_LEADING = 31;

    private long lastTimestampMs;
    private long lastDelta;
    private long lastValue;
    private byte leading = NO_WINDOW;
    private byte trailing;

    public XorChunk() {
        super(INITIAL_CAPACITY);
        zeros(COUNT_BYTES * Byte.SIZE);
    }

    private XorChunk(byte[] encoded, Decoder end) {
        super(encoded, end.in.position());
        lastTimestampMs = end.timestampMs;
        lastDelta = end.delta;
        lastValue = end.value;
        leading = (byte) end.leading;
        trailing = (byte) end.trailing;
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
        if (decoder.in.position() + Byte.SIZE <= (long) encoded.length * Byte.SIZE) {
            throw new MalformedException("chunk has bytes behind its last sample");
        }
        return new XorChunk(encoded, decoder);
    }

    /**
     * Appends a sample; timestamps must rise strictly (the caller's duty, not checked).
     *
     * @throws IllegalStateException when the chunk has {@link #MAX_SAMPLES}
     */
    public void append(long timestampMs, long valueBits) {
        int count = count();
        if (count == MAX_SAMPLES) {
            throw new IllegalStateException("an XOR chunk holds at most " + MAX_SAMPLES + " samples");
        }
        if (count == 0) {
            writeSvarint(timestampMs);
            write(valueBits, Long.SIZE);
        } else {
            long delta = timestampMs - lastTimestampMs;
            if (count == 1) {
                writeUvarint(delta);
            } else {
                appendDeltaOfDelta(delta - lastDelta);
            }
            lastDelta = delta;
            appendXor(valueBits ^ lastValue);
        }
        lastTimestampMs = timestampMs;
        lastValue = valueBits;
        count(count + 1);
    }

    private void appendDeltaOfDelta(long change) {
        if (change == 0) {
            zeros(1);
        } else if (fits(change, 14)) {
            write(0b10L << 14 | change & 0x3fff, 2 + 14);
        } else if (fits(change, 17)) {
            write(0b110L << 17 | change & 0x1ffff, 3 + 17);
        } else if (fits(change, 20)) {
            write(0b1110L << 20 | change & 0xfffff, 4 + 20);
        } else {
            write(0b1111, 4);
            write(change, Long.SIZE);
        }
    }

    private void appendXor(long change) {
        if (change == 0) {
            zeros(1);
            return;
        }
        int newLeading = Math.min(Long.numberOfLeadingZeros(change), MAX_LEADING);
        int newTrailing = Long.numberOfTrailingZeros(change);
        if (leading != NO_WINDOW && newLeading >= leading && newTrailing >= trailing) {
            int significant = Long.SIZE - leading - trailing;
            writeAfter(0b10, 2, change >>> trailing, significant);
        } else {
            leading = (byte) newLeading;
            trailing = (byte) newTrailing;
            int significant = Long.SIZE - newLeading - newTrailing;
            // 64 significant bits are written as 0: there are six bits, and 0 cannot be meant.
            writeAfter(
                    0b11L << 11 | (long) newLeading << 6 | significant & 63, 13, change >>> newTrailing, significant);
        }
    }

    private void writeAfter(long prefix, int prefixBits, long value, int valueBits) {
        if (prefixBits + valueBits <= Long.SIZE) {
            write(prefix << valueBits | value, prefixBits + valueBits);
        } else {
            write(prefix, prefixBits);
            write(value, valueBits);
        }
    }

    /** The format's ranges are lopsided: n bits hold -(2^(n-1) - 1) to 2^(n-1). */
    private static boolean fits(long value, int bits) {
        long half = 1L << (bits - 1);
        return value > -half && value <= half;
    }

    public int samples() {
        return count();
    }

    /** 0 when empty. */
    public long firstTimestampMs() {
        return count() == 0 ? 0 : new BitReader(stream(), COUNT_BYTES).readSvarint();
    }

    /** 0 when empty. */
    public long lastTimestampMs() {
        return lastTimestampMs;
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
        private int leading = NO_WINDOW;
        private int trailing;

        private Decoder(byte[] data) {
            in = new BitReader(data, COUNT_BYTES);
            count = (data[0] & 0xff) << 8 | data[1] & 0xff;
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
            readXor();
        }

        private long readDeltaOfDelta() {
            return switch (in.readOnes(4)) {
                case 0 -> 0;
                case 1 -> signed(in.read(14), 14);
                case 2 -> signed(in.read(17), 17);
                case 3 -> signed(in.read(20), 20);
                default -> in.read(Long.SIZE);
            };
        }

        private static long signed(long bits, int size) {
            return bits > 1L << (size - 1) ? bits - (1L << size) : bits;
        }

        private void readXor() {
            long next = in.peek();
            if (next >= 0) {
                in.skip(1);
                return;
            }
            if ((next & 1L << 62) == 0) {
                if (leading == NO_WINDOW) {
                    throw new MalformedException("chunk uses a window of bits that was never set");
                }
                in.skip(2);
            } else {
                leading = (int) (next >>> 57) & 31;
                int significant = (int) (next >>> 51) & 63;
                trailing = Long.SIZE - leading - (significant == 0 ? Long.SIZE : significant);
                if (trailing < 0) {
                    throw new MalformedException("chunk has a value of more than 64 bits");
                }
                in.skip(13);
            }
            value ^= in.read(Long.SIZE - leading - trailing) << trailing;
        }
    }
}
