package io.millrace.promql.format;

import java.nio.charset.StandardCharsets;

/**
 * Text that may not be UTF-8. PromQL strings are bytes ({@code "\xff"} is legal), Java's are not: a byte that is not part
 * of UTF-8 becomes the lone surrogate U+DC00 + byte. Such text is never a valid label name.
 */
public final class RawBytes {
    private static final int BASE = 0xDC00;

    private RawBytes() {}

    /** Decodes UTF-8; bytes that are not UTF-8 become lone surrogates. */
    public static String decode(byte[] bytes, int from, int to) {
        String text = new String(bytes, from, to - from, StandardCharsets.UTF_8);
        if (text.indexOf('\uFFFD') < 0) {
            return text;
        }
        StringBuilder out = new StringBuilder(to - from);
        int i = from;
        while (i < to) {
            int length = sequenceLength(bytes, i, to);
            if (length == 0) {
                out.append((char) (BASE + (bytes[i] & 0xff)));
                i++;
            } else {
                out.append(new String(bytes, i, length, StandardCharsets.UTF_8));
                i += length;
            }
        }
        return out.toString();
    }

    /** Whether the text is UTF-8 throughout. */
    public static boolean isUtf8(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                return false;
            }
        }
        return true;
    }

    static boolean isRawByte(int codePoint) {
        return codePoint >= BASE + 0x80 && codePoint <= BASE + 0xff;
    }

    static int byteOf(int codePoint) {
        return codePoint - BASE;
    }

    /** Length of the UTF-8 sequence that starts here, 0 when none does. */
    public static int sequenceLength(byte[] bytes, int at, int end) {
        int first = bytes[at] & 0xff;
        if (first < 0x80) {
            return 1;
        }
        int length = first >= 0xf0 && first <= 0xf4
                ? 4
                : first >= 0xe0 && first < 0xf0 ? 3 : first >= 0xc2 && first < 0xe0 ? 2 : 0;
        if (length == 0 || at + length > end) {
            return 0;
        }
        for (int i = 1; i < length; i++) {
            if ((bytes[at + i] & 0xc0) != 0x80) {
                return 0;
            }
        }
        int second = bytes[at + 1] & 0xff;
        boolean sound = switch (first) {
            case 0xe0 -> second >= 0xa0;
            case 0xed -> second < 0xa0;
            case 0xf0 -> second >= 0x90;
            case 0xf4 -> second < 0x90;
            default -> true;
        };
        return sound ? length : 0;
    }
}
