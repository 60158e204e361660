package io.millrace.runtime.control;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * A sub-user of an account: the holder of access keys and of policies.
 *
 * @param id unique, 1 to 64 of {@code [a-z0-9-]}
 * @param accountId the account it belongs to; it can touch instances of that account only
 * @param name for people
 * @param enabled when false, none of its keys is accepted
 * @param policies what it may do; none means nothing
 * @param created when it was made
 */
public record User(String id, String accountId, String name, boolean enabled, List<Policy> policies, Instant created)
        implements ControlRecord {
    public User {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(accountId, "accountId");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(created, "created");
        policies = List.copyOf(Objects.requireNonNull(policies, "policies"));
    }

    @Override
    public ControlKey key() {
        return new ControlKey(ControlKey.Kind.USER, id);
    }
}
