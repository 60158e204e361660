package io.millrace.runtime.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of bytes, written as {@code 512}, {@code 16KiB}, {@code 64MiB}, {@code 2GiB} (powers of 1024) or {@code kB},
 * {@code MB}, {@code GB} (powers of 1000).
 *
 * @param bytes zero or more
 */
public record DataSize(long bytes) implements Comparable<DataSize> {
    private static final Pattern FORM = Pattern.compile("(\\d{1,18}) ?(B|KiB|MiB|GiB|TiB|kB|MB|GB|TB)?");

    /** @throws IllegalArgumentException when negative */
    public DataSize {
        if (bytes < 0) {
            throw new IllegalArgumentException("a size cannot be negative: " + bytes);
        }
    }

    /** @throws IllegalArgumentException when the text is not a size; the message shows the form */
    public static DataSize parse(String text) {
        Matcher matcher = FORM.matcher(text.trim());
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + text + "' is not a size; write for example 64MiB, 512KiB or 1000");
        }
        String unit = matcher.group(2);
        try {
            return new DataSize(
                    Math.multiplyExact(Long.parseLong(matcher.group(1)), factor(unit == null ? "B" : unit)));
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("'" + text + "' is more bytes than a 64-bit number holds", e);
        }
    }

    private static long factor(String unit) {
        return switch (unit) {
            case "B" -> 1L;
            case "KiB" -> 1L << 10;
            case "MiB" -> 1L << 20;
            case "GiB" -> 1L << 30;
            case "TiB" -> 1L << 40;
            case "kB" -> 1_000L;
            case "MB" -> 1_000_000L;
            case "GB" -> 1_000_000_000L;
            case "TB" -> 1_000_000_000_000L;
            default -> throw new IllegalStateException("unit " + unit);
        };
    }

    /** The size for APIs that count in {@code int}. @throws ArithmeticException above 2 GiB - 1 */
    public int toIntBytes() {
        return Math.toIntExact(bytes);
    }

    @Override
    public int compareTo(DataSize other) {
        return Long.compare(bytes, other.bytes);
    }

    /** The largest binary unit that divides the size evenly: {@code 64MiB}, {@code 1000B}. */
    @Override
    public String toString() {
        String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
        int unit = 0;
        long rest = bytes;
        while (rest != 0 && rest % 1024 == 0 && unit < units.length - 1) {
            rest /= 1024;
            unit++;
        }
        return rest + units[unit];
    }
}
