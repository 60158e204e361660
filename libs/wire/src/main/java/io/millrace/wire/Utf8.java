package io.millrace.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** UTF-8, strictly: no overlong forms, no surrogates, nothing above U+10FFFF. Stateless. */
public final class Utf8 {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long HIGH_BITS = 0x8080808080808080L;

    private Utf8() {}

    /** Whether the bytes are well-formed. */
    public static boolean isValid(byte[] buffer, int offset, int length) {
        int end = offset + length;
        int i = offset;
        while (i < end) {
            if (end - i >= Long.BYTES && ((long) LONG.get(buffer, i) & HIGH_BITS) == 0) {
                i += Long.BYTES;
                continue;
            }
            int step = sequenceLength(buffer, i, end);
            if (step == 0) {
                return false;
            }
            i += step;
        }
        return true;
    }

    /** @throws MalformedException when the bytes are not UTF-8 */
    public static String decode(byte[] buffer, int offset, int length) {
        if (!isValid(buffer, offset, length)) {
            throw new MalformedException("text at byte " + offset + " is not UTF-8");
        }
        return new String(buffer, offset, length, StandardCharsets.UTF_8);
    }

    /** @throws IllegalArgumentException when the text has half a surrogate pair, which UTF-8 cannot express */
    public static byte[] encode(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                boolean pair = Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (!pair) {
                    throw new IllegalArgumentException("half a surrogate pair at character " + i);
                }
                i++;
            }
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Length of the well-formed sequence at {@code i}, 0 when there is none. */
    private static int sequenceLength(byte[] buffer, int i, int end) {
        int first = buffer[i] & 0xff;
        if (first < 0x80) {
            return 1;
        }
        if (first < 0xc2 || first > 0xf4) {
            return 0;
        }
        int length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
        if (end - i < length) {
            return 0;
        }
        int second = buffer[i + 1] & 0xff;
        // The second byte is where overlong forms, surrogates and too large code points show.
        int lowest = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
        int highest = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
        if (second < lowest || second > highest) {
            return 0;
        }
        for (int k = 2; k < length; k++) {
            if ((buffer[i + k] & 0xc0) != 0x80) {
                return 0;
            }
        }
        return length;
    }
}
