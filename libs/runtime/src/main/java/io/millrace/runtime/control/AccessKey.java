package io.millrace.runtime.control;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An id and a secret with which a program acts as a user. Only the hash of the secret is kept.
 *
 * @param id {@code MK} and 16 characters of base32
 * @param userId whom it acts as
 * @param secretHash SHA-256 of the secret's ASCII text, 64 hexadecimal digits
 * @param enabled when false it is not accepted
 * @param created when it was made
 * @param expires from this moment it is not accepted; null for never
 */
public record AccessKey(
        String id,
        String userId,
        String secretHash,
        boolean enabled,
        Instant created,
        @Nullable Instant expires) implements ControlRecord {
    public AccessKey {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(userId, "userId");
        Objects.requireNonNull(secretHash, "secretHash");
        Objects.requireNonNull(created, "created");
    }

    /** Whether it may be used at this moment, if the secret is right. */
    boolean acceptedAt(Instant now) {
        return enabled && (expires == null || now.isBefore(expires));
    }

    AccessKey withEnabled(boolean changed) {
        return new AccessKey(id, userId, secretHash, changed, created, expires);
    }

    AccessKey withExpiry(@Nullable Instant changed) {
        return new AccessKey(id, userId, secretHash, enabled, created, changed);
    }

    @Override
    public ControlKey key() {
        return new ControlKey(ControlKey.Kind.KEY, id);
    }
}
