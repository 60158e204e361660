package io.millrace.wire;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.Arrays;
import java.util.Random;

/** Breaks bytes in the ways that bytes break, and checks that a decoder says so or copes. */
public final class Damage {
    private Damage() {}

    /** A code that reads bytes. */
    public interface Decoder {
        void decode(byte[] bytes);
    }

    /** Decodes a damaged copy; anything but {@link MalformedException} fails the test. */
    public static void assertCopes(byte[] bytes, long seed, Decoder decoder) {
        byte[] damaged = damage(bytes, new Random(seed));
        assertThatCode(() -> {
                    try {
                        decoder.decode(damaged);
                    } catch (MalformedException expected) {
                        // the answer for bytes that make no sense
                    }
                })
                .doesNotThrowAnyException();
    }

    private static byte[] damage(byte[] bytes, Random random) {
        byte[] result = bytes.clone();
        int times = 1 + random.nextInt(4);
        for (int i = 0; i < times; i++) {
            result = damageOnce(result, random);
        }
        return result;
    }

    private static byte[] damageOnce(byte[] bytes, Random random) {
        if (bytes.length == 0) {
            return new byte[] {(byte) random.nextInt()};
        }
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(7)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes[at] = (byte) random.nextInt();
            case 2 -> bytes[at] = (byte) 0xff;
            case 3 -> {
                return Arrays.copyOf(bytes, at);
            }
            case 4 -> {
                return Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(9));
            }
            case 5 -> Arrays.fill(bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(10)), (byte) 0xff);
            default -> {
                int from = random.nextInt(bytes.length);
                int length = Math.min(random.nextInt(16), bytes.length - Math.max(from, at));
                System.arraycopy(bytes, from, bytes, at, length);
            }
        }
        return bytes;
    }
}
