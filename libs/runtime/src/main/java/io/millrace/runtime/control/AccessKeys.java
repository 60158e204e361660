package io.millrace.runtime.control;

import io.millrace.runtime.config.Secret;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Makes and checks access keys. */
public final class AccessKeys {
    private AccessKeys() {}

    /**
     * A new key and its secret, which is nowhere else.
     *
     * @param key the record to publish
     * @param secret 32 characters of base32 (160 bits); show it once
     */
    public record NewAccessKey(AccessKey key, Secret secret) {}

    /** A new key of a user. */
    public static NewAccessKey generate(String userId, Instant now, @Nullable Instant expires) {
        throw new UnsupportedOperationException();
    }

    /** The hash that is kept of a secret. */
    public static String hash(String secret) {
        throw new UnsupportedOperationException();
    }
}
