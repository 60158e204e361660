package io.millrace.runtime.control;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who makes a change.
 *
 * @param accountId the account it may change; null for the operator's people and for Millrace itself, who may change all
 * @param userId the user, or the part of Millrace in brackets: {@code (bootstrap)}
 * @param keyId the access key; empty for Millrace itself
 * @param address where the request came from; empty for Millrace itself
 */
public record Actor(@Nullable String accountId, String userId, String keyId, String address) {
    public Actor {
        Objects.requireNonNull(userId, "userId");
        Objects.requireNonNull(keyId, "keyId");
        Objects.requireNonNull(address, "address");
    }

    /** Millrace itself, on behalf of who starts it: {@code system("bootstrap")}. */
    public static Actor system(String part) {
        return new Actor(null, "(" + part + ")", "", "");
    }

    /**
     * A caller of the admin API. Those with the policy {@code full} on all instances administer their account; in an
     * operator's account they administer everything.
     *
     * @return empty when the caller may not administer anything
     */
    public static Optional<Actor> of(Authentication.Authenticated caller, String address) {
        boolean administrator = caller.user().policies().stream()
                .anyMatch(policy -> policy.level() == Policy.Level.FULL
                        && policy.instances().contains(Policy.ALL));
        if (!administrator) {
            return Optional.empty();
        }
        String account = caller.account().operator() ? null : caller.account().id();
        return Optional.of(new Actor(account, caller.user().id(), caller.key().id(), address));
    }

    boolean operator() {
        return accountId == null;
    }

    boolean mayChange(String account) {
        return operator() || account.equals(accountId);
    }
}
