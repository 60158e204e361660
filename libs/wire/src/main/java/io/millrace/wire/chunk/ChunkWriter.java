package io.millrace.wire.chunk;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A chunk under construction, an object of its own. {@link #bytes} may be called at any time; later appends go on from
 * there. Not thread-safe.
 *
 * <h2>Made for hundreds of thousands of open series</h2>
 *
 * Each sample goes to another series, so each append finds its chunk in no cache, and what it costs is the number of
 * places it touches. Hence the last, unfinished 64 bits are a field beside the other fields: a sample of two bits or
 * twenty touches this object only, and the array once every 64 bits. For the same reason, and to save a header for each
 * series, the bit stream is the base class and not a part. {@link XorChunkPool} goes further.
 */
public abstract sealed class ChunkWriter extends BitWriter permits XorChunk, HistogramChunk, FloatHistogramChunk {
    /** Samples a chunk can count. */
    public static final int MAX_SAMPLES = 0xffff;

    private static final VarHandle LONG_BE = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /** Full words of the stream. */
    private byte[] stream;

    private @Nullable StartTimestamps starts;
    /** @param capacity words of stream to start with, the sample count included */
    ChunkWriter(int capacity) {
        stream = new byte[capacity * Long.BYTES];
        bits = COUNT_BYTES * Byte.SIZE;
    }

    /** Goes on behind the first {@code usedBits} of an encoded chunk; the bits behind them are zero. */
    ChunkWriter(byte[] encoded, long usedBits) {
        stream = Arrays.copyOf(encoded, (encoded.length + Long.BYTES - 1) & -Long.BYTES);
        bits = (int) usedBits;
        pending = usedBits % Long.SIZE == 0 ? 0 : (long) LONG_BE.get(stream, fullWordBytes());
        count = (char) ((encoded[0] & 0xff) << 8 | encoded[1] & 0xff);
    }

    public abstract ChunkEncoding encoding();

    /** 0 when empty. */
    public abstract long firstTimestampMs();

    /** 0 when empty. */
    public final long lastTimestampMs() {
        return lastTimestampMs;
    }

    public final int samples() {
        return count;
    }

    /** Encoded bytes so far, without padding and without start timestamps. */
    public final int size() {
        return (int) (((bits & 0xffffffffL) + 7) >>> 3);
    }

    /** A copy of the chunk as it stands, as Prometheus knows it: without start timestamps. */
    public final byte[] bytes() {
        byte[] bytes = Arrays.copyOf(stream, size());
        long rest = pending;
        for (int i = fullWordBytes(); i < bytes.length; i++) {
            bytes[i] = (byte) (rest >>> (Long.SIZE - Byte.SIZE));
            rest <<= Byte.SIZE;
        }
        bytes[0] = (byte) (count >>> 8);
        bytes[1] = (byte) count;
        return bytes;
    }

    /** What a row of the store says about {@link #rowData}: the encoding's number, and whether start timestamps precede. */
    public final byte rowEncoding() {
        return starts == null ? encoding().number() : (byte) (encoding().number() | Chunks.WITH_START_TIMESTAMPS);
    }

    /** A copy of the chunk as it stands, as rows of the store and open chunks hold it. See {@code docs/formats/chunks.md}. */
    public final byte[] rowData() {
        return starts == null ? bytes() : starts.prepend(firstTimestampMs(), bytes());
    }

    /** Counts the sample just written. */
    final void counted(long startTimestampMs) {
        count++;
        if (starts != null) {
            starts.add(startTimestampMs);
        } else if (startTimestampMs != 0) {
            starts = new StartTimestamps(count - 1);
            starts.add(startTimestampMs);
        }
    }

    /** The beginning of the chunk, the first 16 bytes at least if there are as many; its sample count not set. */
    final byte[] head() {
        return fullWordBytes() >= 2 * Long.BYTES ? stream : bytes();
    }

    @Override
    final void storeWord(long word) {
        int at = fullWordBytes();
        if (at == stream.length) {
            // Half as much again: open chunks are most of a writer's heap, and the copies are cheap.
            stream = Arrays.copyOf(stream, at + Math.max(Long.BYTES, at / 2 & -Long.BYTES));
        }
        LONG_BE.set(stream, at, word);
    }

    private int fullWordBytes() {
        return bits >>> 6 << 3;
    }
}
