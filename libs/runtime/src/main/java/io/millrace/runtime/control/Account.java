package io.millrace.runtime.control;

import java.time.Instant;
import java.util.Objects;

/**
 * Who owns instances and users.
 *
 * @param id unique, 1 to 64 of {@code [a-z0-9-]}
 * @param name for people
 * @param enabled when false, no key of the account is accepted
 * @param operator whether its administrators may change every account and every limit: the people who run Millrace
 * @param created when it was made
 */
public record Account(String id, String name, boolean enabled, boolean operator, Instant created)
        implements ControlRecord {
    public Account {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(created, "created");
    }

    /** An account of a tenant. */
    public Account(String id, String name, boolean enabled, Instant created) {
        this(id, name, enabled, false, created);
    }

    @Override
    public ControlKey key() {
        return new ControlKey(ControlKey.Kind.ACCOUNT, id);
    }
}
