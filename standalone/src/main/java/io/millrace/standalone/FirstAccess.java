package io.millrace.standalone;

import io.millrace.model.TenantId;
import io.millrace.model.TenantLimits;
import io.millrace.runtime.control.AccessKey;
import io.millrace.runtime.control.AccessKeys;
import io.millrace.runtime.control.Account;
import io.millrace.runtime.control.Bootstrap;
import io.millrace.runtime.control.ControlKey;
import io.millrace.runtime.control.ControlPublisher;
import io.millrace.runtime.control.ControlRecord;
import io.millrace.runtime.control.ControlTables;
import io.millrace.runtime.control.Instance;
import io.millrace.runtime.control.Policy;
import io.millrace.runtime.control.User;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who may do what in a standalone Millrace: at the first start an account with an instance and an AccessKey, at every
 * start an instance for Millrace's own metrics with a key that lives as long as the process, and a key for the commands of
 * {@code millrace} in a file of the data folder. Not thread-safe.
 */
final class FirstAccess {

    /** The account that everything belongs to. */
    static final String ACCOUNT = "main";

    /** The instance that Millrace's own metrics go to. */
    static final TenantId OWN_INSTANCE = new TenantId("millrace");

    private static final String OWN_USER = "millrace-self";

    private static final String COMMANDS_USER = "millrace-cli";

    private static final Set<String> OWN_USERS = Set.of(OWN_USER, COMMANDS_USER);

    private final ControlTables tables;
    private final ControlPublisher publisher;
    private final StandaloneSettings settings;
    private final Clock clock;

    FirstAccess(ControlTables tables, ControlPublisher publisher, StandaloneSettings settings, Clock clock) {
        this.tables = tables;
        this.publisher = publisher;
        this.settings = settings;
        this.clock = clock;
    }

    /** Makes the first account when there is none. */
    Optional<Bootstrap.FirstAccess> ensureAccount() {
        return Bootstrap.run(tables, publisher, clock, instance(new TenantId(settings.instance()), "first instance"));
    }

    /** The keys of the account that are accepted, oldest first; Millrace's own are not among them. */
    List<AccessKey> keys() {
        return tables.state().accessKeys().stream()
                .filter(key -> key.enabled() && !OWN_USERS.contains(key.userId()))
                .sorted((left, right) -> left.created().compareTo(right.created()))
                .toList();
    }

    /** Makes a key for our own metrics, which may write to {@link #OWN_INSTANCE} only, and forgets those before. */
    AccessKeys.NewAccessKey ensureOwnInstance() {
        Instant now = clock.instant();
        List<ControlRecord> records = new ArrayList<>();
        if (tables.instance(OWN_INSTANCE) == null) {
            records.add(instance(OWN_INSTANCE, "Millrace itself"));
        }
        if (tables.state().user(OWN_USER) == null) {
            records.add(new User(
                    OWN_USER,
                    ACCOUNT,
                    "Millrace itself",
                    true,
                    List.of(new Policy(Policy.Level.WRITE, List.of(OWN_INSTANCE.value()))),
                    now));
        }
        AccessKeys.NewAccessKey key = AccessKeys.generate(OWN_USER, now, null);
        records.add(key.key());
        publisher.publish(records);
        for (AccessKey old : List.copyOf(tables.state().accessKeys())) {
            if (old.userId().equals(OWN_USER) && !old.id().equals(key.key().id())) {
                publisher.delete(new ControlKey(ControlKey.Kind.KEY, old.id()));
            }
        }
        return key;
    }

    /**
     * Makes sure that the file has a key with which the commands of {@code millrace} may do everything. Who can read the
     * data folder can do that anyway.
     *
     * @param url of the query service
     */
    void ensureCommandKey(CommandCredentials file, String url) throws IOException {
        AccessKey known = file.keyId().map(tables.state()::accessKey).orElse(null);
        if (known != null && known.enabled() && file.isOf(known)) {
            file.writeUrl(url);
            return;
        }
        Instant now = clock.instant();
        List<ControlRecord> records = new ArrayList<>();
        if (tables.state().user(COMMANDS_USER) == null) {
            records.add(new User(
                    COMMANDS_USER,
                    operatorAccount(),
                    "The commands of millrace on this machine",
                    true,
                    List.of(new Policy(Policy.Level.FULL, List.of(Policy.ALL))),
                    now));
        }
        AccessKeys.NewAccessKey key = AccessKeys.generate(COMMANDS_USER, now, null);
        records.add(key.key());
        publisher.publish(records);
        file.write(url, key);
        for (AccessKey old : List.copyOf(tables.state().accessKeys())) {
            if (old.userId().equals(COMMANDS_USER) && !old.id().equals(key.key().id())) {
                publisher.delete(new ControlKey(ControlKey.Kind.KEY, old.id()));
            }
        }
    }

    /** The account that may administer all others. */
    private String operatorAccount() {
        return tables.state().accounts().stream()
                .filter(Account::operator)
                .map(Account::id)
                .sorted()
                .findFirst()
                .orElse(ACCOUNT);
    }

    private Instance instance(TenantId id, String name) {
        return new Instance(
                id,
                ACCOUNT,
                name,
                "local",
                Map.of(),
                Instance.Status.RUNNING,
                settings.retentionDays(),
                TenantLimits.DEFAULT,
                clock.instant());
    }
}
