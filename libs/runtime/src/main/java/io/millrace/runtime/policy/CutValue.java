package io.millrace.runtime.policy;

import com.dynatrace.hash4j.hashing.Hashing;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * A label value that was too long: its beginning, then {@code ...} and 16 hexadecimal digits of XXH3 over the whole, so
 * that different values stay different and the same value stays the same. Stateless.
 */
final class CutValue {
    private static final int MARKER = 3 + 16;

    private CutValue() {}

    /** @param maxBytes what the result has at most; at least the marker is kept */
    static String of(String value, int maxBytes) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        int end = Math.max(Math.min(maxBytes, bytes.length) - MARKER, 0);
        // Back to the beginning of a character.
        while (end > 0 && (bytes[end] & 0xc0) == 0x80) {
            end--;
        }
        long hash = Hashing.xxh3_64().hashBytesToLong(bytes);
        return new String(bytes, 0, end, StandardCharsets.UTF_8)
                + "..."
                + HexFormat.of().toHexDigits(hash);
    }
}
