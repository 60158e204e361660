package io.millrace.runtime.control;

import io.millrace.runtime.config.Secret;
import java.time.Clock;
import java.util.Optional;

/** Makes the first account, user, instance and key of an empty installation. */
public final class Bootstrap {
    private Bootstrap() {}

    /** What was made; the secret is nowhere else. */
    public record FirstAccess(Account account, User user, Instance instance, AccessKey key, Secret secret) {}

    /**
     * Publishes the first records when there is no account yet.
     *
     * @param tables must be ready
     * @param instance the record to make; its account id names the account
     * @return empty when there is an account already
     */
    public static Optional<FirstAccess> run(
            ControlTables tables, ControlPublisher publisher, Clock clock, Instance instance) {
        throw new UnsupportedOperationException();
    }
}
