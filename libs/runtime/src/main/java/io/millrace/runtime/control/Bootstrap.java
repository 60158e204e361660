package io.millrace.runtime.control;

import io.millrace.runtime.config.Secret;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Makes the first account, user, instance and key of an empty installation. */
public final class Bootstrap {
    private Bootstrap() {}

    /** What was made; the secret is nowhere else. */
    public record FirstAccess(Account account, User user, Instance instance, AccessKey key, Secret secret) {}

    /**
     * Publishes the first records when there is no account yet. The account is the operator's, the user is called {@code admin} and may do everything
     * with all instances of the account.
     *
     * @param tables must be ready
     * @param instance the record to make; its account id names the account
     * @return empty when there is an account already
     * @throws IllegalStateException when the tables are not ready
     * @throws ControlPublishException when Kafka does not confirm; calling again is right then
     */
    public static Optional<FirstAccess> run(
            ControlTables tables, ControlPublisher publisher, Clock clock, Instance instance) {
        if (!tables.ready()) {
            throw new IllegalStateException("the control tables are not ready: an account may exist already");
        }
        if (!tables.state().accounts().isEmpty()) {
            return Optional.empty();
        }
        Instant now = clock.instant();
        Account account = new Account(instance.accountId(), instance.accountId(), true, true, now);
        User user = new User(
                "admin", account.id(), "admin", true, List.of(new Policy(Policy.Level.FULL, List.of(Policy.ALL))), now);
        AccessKeys.NewAccessKey key = AccessKeys.generate(user.id(), now, null);
        // The account is last: it is what the next call looks for, so a call that failed half-way is made again.
        publisher.publish(List.of(instance, user, key.key(), account));
        return Optional.of(new FirstAccess(account, user, instance, key.key(), key.secret()));
    }
}
