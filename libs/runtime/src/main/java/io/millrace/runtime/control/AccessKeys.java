package io.millrace.runtime.control;

import io.millrace.runtime.config.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Makes and checks access keys. Safe for any thread.
 *
 * <p>A secret is 160 random bits, so one round of SHA-256 is the right hash: nobody can guess 2^160, however fast the
 * hash, and a slow hash, made for passwords of people, would cost a core for every few hundred requests.
 */
public final class AccessKeys {
    /** RFC 4648 base32: no look-alikes such as 0 and O, nothing a URL or a YAML file would need to escape. */
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    private static final String ID_PREFIX = "MK";

    /** 16 × 5 = 80 bits: ids of different installations do not meet. */
    private static final int ID_CHARACTERS = 16;

    /** 32 × 5 = 160 bits. */
    private static final int SECRET_CHARACTERS = 32;

    private static final SecureRandom RANDOM = new SecureRandom();

    private AccessKeys() {}

    /**
     * A new key and its secret, which is nowhere else.
     *
     * @param key the record to publish
     * @param secret 32 characters of base32 (160 bits); show it once
     */
    public record NewAccessKey(AccessKey key, Secret secret) {}

    /** A new key of a user; {@code expires} is null for never. */
    public static NewAccessKey generate(String userId, Instant now, @Nullable Instant expires) {
        String secret = random(SECRET_CHARACTERS);
        AccessKey key = new AccessKey(ID_PREFIX + random(ID_CHARACTERS), userId, hash(secret), true, now, expires);
        return new NewAccessKey(key, new Secret(secret));
    }

    /** The hash that is kept of a secret: SHA-256 of its UTF-8 bytes, 64 lower-case hexadecimal digits. */
    public static String hash(String secret) {
        return HexFormat.of().formatHex(sha256(secret));
    }

    /** Whether this is the key's secret. Takes the same time for every wrong secret of the same length. */
    public static boolean verify(AccessKey key, String secret) {
        return MessageDigest.isEqual(
                hash(secret).getBytes(StandardCharsets.US_ASCII),
                key.secretHash().getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] sha256(String secret) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static String random(int characters) {
        StringBuilder text = new StringBuilder(characters);
        for (int i = 0; i < characters; i++) {
            text.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
        }
        return text.toString();
    }
}
