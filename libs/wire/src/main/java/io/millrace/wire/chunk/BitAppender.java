package io.millrace.wire.chunk;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** A bit stream under construction, most significant bit first; read by {@link BitReader}. Not thread-safe. */
final class BitAppender {
    private static final VarHandle LONG_BE = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private byte[] stream = new byte[256];
    /** The bits behind the last full word, from the top. */
    private long pending;

    private long bits;

    void clear() {
        bits = 0;
        pending = 0;
    }

    /** Appends the low {@code width} bits of a value, 0 to 64; the others must be zero. */
    void write(long value, int width) {
        if (width == 0) {
            return;
        }
        int used = (int) (bits & 63);
        int free = Long.SIZE - used;
        if (width < free) {
            pending |= value << (free - width);
        } else {
            flush(pending | value >>> (width - free));
            pending = width == free ? 0 : value << (Long.SIZE - (width - free));
        }
        bits += width;
    }

    private void flush(long word) {
        int at = (int) (bits >>> 6) * Long.BYTES;
        if (at + Long.BYTES > stream.length) {
            stream = Arrays.copyOf(stream, 2 * stream.length);
        }
        LONG_BE.set(stream, at, word);
    }

    /** Bytes written, the last one padded with zeros. */
    byte[] toByteArray() {
        int full = (int) (bits >>> 6) * Long.BYTES;
        byte[] bytes = Arrays.copyOf(stream, (int) ((bits + 7) >>> 3));
        for (int i = full; i < bytes.length; i++) {
            bytes[i] = (byte) (pending >>> (Long.SIZE - Byte.SIZE * (i - full + 1)));
        }
        return bytes;
    }
}
