package io.millrace.runtime.control;

import io.millrace.model.TenantId;
import io.millrace.runtime.control.Authentication.Authenticated;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * All control records in memory, and the decisions on them. Any thread may ask while one thread changes; each record
 * changes at once, several records one after the other.
 */
public final class ControlState implements AccessControl {
    /** Longer secrets are not hashed: a caller must not be able to buy much work with one request. */
    private static final int MAX_SECRET_LENGTH = 256;

    /** Stands in for a key that does not exist, so that the answer takes as long as for one that does. */
    private static final AccessKey NO_KEY = new AccessKey("", "", AccessKeys.hash(""), false, Instant.EPOCH, null);

    private final Clock clock;
    private volatile Tables tables = new Tables();
    private volatile boolean ready;

    public ControlState(Clock clock) {
        this.clock = clock;
    }

    /** Records by id, one map for each kind. */
    static final class Tables {
        private final Map<String, Account> accounts = new ConcurrentHashMap<>();
        private final Map<String, User> users = new ConcurrentHashMap<>();
        private final Map<String, AccessKey> keys = new ConcurrentHashMap<>();
        private final Map<String, Instance> instances = new ConcurrentHashMap<>();
        private final Map<String, ProcessingRules> processing = new ConcurrentHashMap<>();

        void put(ControlRecord record) {
            if (record instanceof Account account) {
                accounts.put(account.id(), account);
            } else if (record instanceof User user) {
                users.put(user.id(), user);
            } else if (record instanceof AccessKey key) {
                keys.put(key.id(), key);
            } else if (record instanceof Instance instance) {
                instances.put(instance.id().value(), instance);
            } else if (record instanceof ProcessingRules rules) {
                processing.put(rules.id().value(), rules);
            }
        }

        void set(ControlKey key, @Nullable ControlRecord record) {
            if (record == null) {
                remove(key);
            } else {
                put(record);
            }
        }

        void remove(ControlKey key) {
            mapOf(key.kind()).remove(key.id());
        }

        void addKeysTo(Set<ControlKey> keys) {
            for (ControlKey.Kind kind : ControlKey.Kind.values()) {
                mapOf(kind).values().forEach(record -> keys.add(record.key()));
            }
        }

        void putAll(Tables other) {
            accounts.putAll(other.accounts);
            users.putAll(other.users);
            keys.putAll(other.keys);
            instances.putAll(other.instances);
            processing.putAll(other.processing);
        }

        private Map<String, ? extends ControlRecord> mapOf(ControlKey.Kind kind) {
            return switch (kind) {
                case ACCOUNT -> accounts;
                case USER -> users;
                case KEY -> keys;
                case INSTANCE -> instances;
                case PROCESSING -> processing;
            };
        }
    }

    /** Adds or replaces. */
    public void put(ControlRecord record) {
        tables.put(record);
    }

    /** Removes; nothing happens when it is not there. */
    public void remove(ControlKey key) {
        tables.remove(key);
    }

    /** Adds or replaces, or removes when {@code record} is null. */
    void set(ControlKey key, @Nullable ControlRecord record) {
        tables.set(key, record);
    }

    /** The same records, to try changes on. */
    ControlState copy() {
        ControlState copy = new ControlState(clock);
        copy.tables.putAll(tables);
        copy.ready = ready;
        return copy;
    }

    /** Replaces everything at once; gives the keys that were or are there. */
    Set<ControlKey> replaceAll(Tables complete) {
        Set<ControlKey> keys = new HashSet<>();
        tables.addKeysTo(keys);
        complete.addKeysTo(keys);
        tables = complete;
        return keys;
    }

    /** From now on the records are complete. */
    public void markReady() {
        ready = true;
    }

    @Override
    public boolean ready() {
        return ready;
    }

    @Override
    public @Nullable Instance instance(TenantId id) {
        Instance instance = tables.instances.get(id.value());
        return instance == null || instance.status() == Instance.Status.DELETED ? null : instance;
    }

    @Override
    public @Nullable ProcessingRules processing(TenantId id) {
        return tables.processing.get(id.value());
    }

    public @Nullable Account account(String id) {
        return tables.accounts.get(id);
    }

    public @Nullable User user(String id) {
        return tables.users.get(id);
    }

    public @Nullable AccessKey accessKey(String id) {
        return tables.keys.get(id);
    }

    /** The record of this key, or null. */
    public @Nullable ControlRecord record(ControlKey key) {
        return tables.mapOf(key.kind()).get(key.id());
    }

    /** All instances but deleted ones; a copy. */
    public Collection<Instance> instances() {
        return tables.instances.values().stream()
                .filter(instance -> instance.status() != Instance.Status.DELETED)
                .toList();
    }

    /** Instances that were deleted; a copy. */
    public Collection<Instance> deletedInstances() {
        return tables.instances.values().stream()
                .filter(instance -> instance.status() == Instance.Status.DELETED)
                .toList();
    }

    /** All accounts; a view that follows changes. */
    public Collection<Account> accounts() {
        return Collections.unmodifiableCollection(tables.accounts.values());
    }

    /** All users; a view that follows changes. */
    public Collection<User> users() {
        return Collections.unmodifiableCollection(tables.users.values());
    }

    /** All access keys; a view that follows changes. */
    public Collection<AccessKey> accessKeys() {
        return Collections.unmodifiableCollection(tables.keys.values());
    }

    /** How many records there are. */
    public int size() {
        Tables now = tables;
        return now.accounts.size() + now.users.size() + now.keys.size() + now.instances.size() + now.processing.size();
    }

    @Override
    public Authentication authenticate(String keyId, String secret) {
        if (!ready) {
            return new Authentication.NotReady();
        }
        Tables now = tables;
        AccessKey key = now.keys.getOrDefault(keyId, NO_KEY);
        boolean verified = secret.length() <= MAX_SECRET_LENGTH && AccessKeys.verify(key, secret);
        if (!verified || !key.acceptedAt(clock.instant())) {
            return new Authentication.Unauthenticated();
        }
        User user = now.users.get(key.userId());
        Account account = user == null ? null : now.accounts.get(user.accountId());
        if (user == null || account == null || !user.enabled() || !account.enabled()) {
            return new Authentication.Unauthenticated();
        }
        return new Authenticated(account, user, key);
    }

    @Override
    public Authorization decide(String keyId, String secret, TenantId instance, Access access) {
        Authentication authentication = authenticate(keyId, secret);
        if (authentication instanceof Authenticated caller) {
            return authorize(caller, instance, access);
        }
        return authentication instanceof Authentication.NotReady
                ? new Authorization.NotReady()
                : new Authorization.Unauthenticated();
    }

    /**
     * The instance, when callers from this address need no key for it; otherwise null. Ask only when the caller sent no
     * key: a wrong key is refused wherever it comes from.
     */
    public @Nullable Instance openTo(InetAddress address, TenantId id, Access access) {
        Instance instance = ready ? instance(id) : null;
        if (instance == null || instance.status() != Instance.Status.RUNNING || access == Access.ADMINISTER) {
            return null;
        }
        Account account = tables.accounts.get(instance.accountId());
        List<Network> networks = access == Access.WRITE ? instance.writeFrom() : instance.readFrom();
        boolean open = networks.stream().anyMatch(network -> network.contains(address));
        return open && account != null && account.enabled() ? instance : null;
    }

    /** Whether a caller who is known may do this with the instance. */
    public Authorization authorize(Authenticated caller, TenantId id, Access access) {
        Instance instance = tables.instances.get(id.value());
        boolean deleted = instance == null || instance.status() == Instance.Status.DELETED;
        if (instance == null
                || deleted
                || !instance.accountId().equals(caller.account().id())) {
            return new Authorization.UnknownInstance(); // the same for instances of other accounts: they are a secret
        }
        if (instance.status() == Instance.Status.STOPPED) {
            return new Authorization.Forbidden("instance '" + id + "' is stopped");
        }
        User user = caller.user();
        if (user.policies().stream().noneMatch(policy -> policy.allows(id, access))) {
            return new Authorization.Forbidden(
                    "user '" + user.id() + "' has no policy to " + verb(access) + " instance '" + id + "'");
        }
        return new Authorization.Granted(instance, user, caller.key());
    }

    private static String verb(Access access) {
        return switch (access) {
            case WRITE -> "write to";
            case READ -> "read";
            case ADMINISTER -> "delete data of";
        };
    }

    /** The instances a caller may use in this way, running ones only, by id. */
    public List<Instance> instancesFor(Authenticated caller, Access access) {
        return tables.instances.values().stream()
                .filter(instance -> authorize(caller, instance.id(), access) instanceof Authorization.Granted)
                .sorted(Comparator.comparing(Instance::id))
                .toList();
    }
}
