package io.millrace.runtime.control;

import static io.millrace.runtime.control.ControlOperationException.Reason.CONFLICT;
import static io.millrace.runtime.control.ControlOperationException.Reason.FORBIDDEN;
import static io.millrace.runtime.control.ControlOperationException.Reason.INVALID;
import static io.millrace.runtime.control.ControlOperationException.Reason.NOT_FOUND;

import io.millrace.model.TenantId;
import io.millrace.model.TenantLimits;
import io.millrace.runtime.config.Secret;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Every change anybody can make to accounts, users, keys and instances. Each method checks the actor's right, the values
 * and the state, and gives the {@link Change} to publish; it changes nothing itself. An operation that would change
 * nothing gives a change without steps.
 *
 * <p>Things of other accounts are answered with {@code NOT_FOUND}, as if they were not there.
 *
 * <p>Pure but for the random bits of new keys. Use it through {@link ControlChanges}, which lets one operation of a
 * process see the result of the one before.
 */
public final class ControlOperations {
    /** Two are enough to rotate; more make it hard to know which sender uses which. */
    static final int MAX_KEYS_PER_USER = 5;

    /** Every process holds all records in memory; a record is about 1 KB there. */
    static final int MAX_USERS_PER_ACCOUNT = 1_000;

    static final int MAX_INSTANCES_PER_ACCOUNT = 1_000;
    static final int MAX_ACCOUNTS = 10_000;

    private final ControlState state;
    private final Clock clock;
    private final Actor actor;

    /**
     * @param state must be ready
     * @param actor who asks
     */
    public ControlOperations(ControlState state, Clock clock, Actor actor) {
        this.state = state;
        this.clock = clock;
        this.actor = actor;
    }

    /**
     * A change that makes a key.
     *
     * @param change to publish
     * @param key the new key
     * @param secret its secret, which is nowhere else; show it once the change is published
     */
    public record NewKey(Change change, AccessKey key, Secret secret) {}

    /** New values of an instance; null leaves the value as it is. */
    public record InstanceUpdate(
            @Nullable String name,
            @Nullable String region,
            @Nullable Map<String, String> tags,
            Instance.@Nullable Status status,
            @Nullable Integer retentionDays,
            @Nullable TenantLimits limits,
            @Nullable List<Network> writeFrom,
            @Nullable List<Network> readFrom) {}

    /** For operators only. */
    public Change createAccount(String id, String name) throws ControlOperationException {
        requireOperator("make an account");
        ControlRules.id("an account", id);
        ControlRules.name(name);
        if (state.account(id) != null) {
            throw refused(CONFLICT, "there is an account '" + id + "' already");
        }
        requireRoom(state.accounts().size(), MAX_ACCOUNTS, "accounts");
        return change("account.create", null, new Account(id, name, true, clock.instant()));
    }

    /** For operators only; null leaves a value as it is. */
    public Change updateAccount(String id, @Nullable String name, @Nullable Boolean enabled)
            throws ControlOperationException {
        requireOperator("change an account");
        Account account = account(id);
        Account updated = new Account(
                id,
                orElse(name, account.name()),
                orElse(enabled, account.enabled()),
                account.operator(),
                account.created());
        ControlRules.name(updated.name());
        if (account.operator() && !updated.enabled() && operatorAccounts() < 2) {
            throw refused(CONFLICT, "account '" + id + "' is the only one of operators: nobody could enable it again");
        }
        return change("account.update", account, updated);
    }

    /** For operators only. The account must have no users and no instances. */
    public Change deleteAccount(String id) throws ControlOperationException {
        requireOperator("delete an account");
        Account account = account(id);
        long users = usersOf(id).size();
        long instances = instancesOf(id);
        if (users + instances > 0) {
            throw refused(
                    CONFLICT,
                    "account '" + id + "' has " + users + " users and " + instances + " instances; delete them first");
        }
        if (account.operator() && operatorAccounts() < 2) {
            throw refused(CONFLICT, "account '" + id + "' is the only one of operators");
        }
        return change("account.delete", account, null);
    }

    public Change createUser(String accountId, String id, String name, List<Policy> policies)
            throws ControlOperationException {
        account(accountId);
        ControlRules.id("a user", id);
        ControlRules.name(name);
        ControlRules.policies(policies, accountId, state);
        if (state.user(id) != null) {
            throw refused(CONFLICT, "the user id '" + id + "' is taken");
        }
        requireRoom(usersOf(accountId).size(), MAX_USERS_PER_ACCOUNT, "users in account '" + accountId + "'");
        return change("user.create", null, new User(id, accountId, name, true, policies, clock.instant()));
    }

    /** Null leaves a value as it is. */
    public Change updateUser(
            String id, @Nullable String name, @Nullable Boolean enabled, @Nullable List<Policy> policies)
            throws ControlOperationException {
        User user = user(id);
        User updated = new User(
                id,
                user.accountId(),
                orElse(name, user.name()),
                orElse(enabled, user.enabled()),
                orElse(policies, user.policies()),
                user.created());
        ControlRules.name(updated.name());
        if (!updated.policies().equals(user.policies())) {
            ControlRules.policies(updated.policies(), user.accountId(), state);
        }
        return change("user.update", user, updated);
    }

    /** Deletes the user with all its keys, keys first. Nobody can delete himself: somebody must be left to undo it. */
    public Change deleteUser(String id) throws ControlOperationException {
        User user = user(id);
        if (id.equals(actor.userId())) {
            throw refused(CONFLICT, "user '" + id + "' is you; let another administrator delete it");
        }
        List<Change.Step> steps = new ArrayList<>();
        keysOf(id).forEach(key -> steps.add(new Change.Step(key, null)));
        steps.add(new Change.Step(user, null));
        return new Change(actor, clock.instant(), "user.delete", steps);
    }

    /** @param expires null for never */
    public NewKey createKey(String userId, @Nullable Instant expires) throws ControlOperationException {
        user(userId);
        requireFuture(expires);
        requireRoom(keysOf(userId).size(), MAX_KEYS_PER_USER, "keys of user '" + userId + "'");
        AccessKeys.NewAccessKey made = AccessKeys.generate(userId, clock.instant(), expires);
        return new NewKey(change("key.create", null, made.key()), made.key(), made.secret());
    }

    public Change setKeyEnabled(String id, boolean enabled) throws ControlOperationException {
        AccessKey key = key(id);
        return change(enabled ? "key.enable" : "key.disable", key, key.withEnabled(enabled));
    }

    /** @param expires null for never; a time that has passed is refused, disable the key instead */
    public Change setKeyExpiry(String id, @Nullable Instant expires) throws ControlOperationException {
        AccessKey key = key(id);
        requireFuture(expires);
        return change("key.expire", key, key.withExpiry(expires));
    }

    public Change deleteKey(String id) throws ControlOperationException {
        return change("key.delete", key(id), null);
    }

    /**
     * Makes a second key of the same user and lets the first expire after {@code grace}, unless it expires earlier: time
     * to change the senders' files without losing a sample.
     */
    public NewKey rotateKey(String id, Duration grace) throws ControlOperationException {
        AccessKey old = key(id);
        if (grace.isNegative() || grace.compareTo(Duration.ofDays(90)) > 0) {
            throw refused(INVALID, "the old key can stay for 0 to 90 days, not " + grace);
        }
        if (!old.acceptedAt(clock.instant())) {
            throw refused(CONFLICT, "key '" + id + "' is disabled or expired: make a new one instead");
        }
        requireRoom(keysOf(old.userId()).size(), MAX_KEYS_PER_USER, "keys of user '" + old.userId() + "'");
        Instant now = clock.instant();
        Instant end = now.plus(grace);
        AccessKeys.NewAccessKey made = AccessKeys.generate(old.userId(), now, null);
        AccessKey ending = old.expires() != null && old.expires().isBefore(end) ? old : old.withExpiry(end);
        List<Change.Step> steps = new ArrayList<>();
        steps.add(new Change.Step(null, made.key()));
        if (!ending.equals(old)) {
            steps.add(new Change.Step(old, ending));
        }
        return new NewKey(new Change(actor, now, "key.rotate", steps), made.key(), made.secret());
    }

    /** @param limits null for the defaults; others are for operators only */
    public Change createInstance(
            String accountId,
            String id,
            String name,
            String region,
            Map<String, String> tags,
            int retentionDays,
            @Nullable TenantLimits limits)
            throws ControlOperationException {
        ControlRules.id("an instance", id);
        ControlRules.retention(retentionDays);
        return createInstance(new Instance(
                new TenantId(id),
                accountId,
                name,
                region,
                tags,
                Instance.Status.RUNNING,
                retentionDays,
                limits == null ? TenantLimits.DEFAULT : limits,
                clock.instant()));
    }

    /** @param wanted as it is to be; limits other than the defaults are for operators only */
    public Change createInstance(Instance wanted) throws ControlOperationException {
        String accountId = wanted.accountId();
        account(accountId);
        String id = wanted.id().value();
        if (state.record(new ControlKey(ControlKey.Kind.INSTANCE, id)) != null) {
            throw refused(CONFLICT, "the instance id '" + id + "' is taken or was used before; choose another");
        }
        requireRoom(instancesOf(accountId), MAX_INSTANCES_PER_ACCOUNT, "instances in account '" + accountId + "'");
        if (wanted.status() == Instance.Status.DELETED) {
            throw refused(INVALID, "an instance cannot be made deleted");
        }
        if (!wanted.limits().equals(TenantLimits.DEFAULT)) {
            requireOperator("set limits");
        }
        check(wanted);
        return change("instance.create", null, wanted);
    }

    /** Limits are for operators only. {@code DELETED} is refused: see {@link #deleteInstance}. */
    public Change updateInstance(String id, InstanceUpdate update) throws ControlOperationException {
        Instance instance = instance(id);
        if (update.status() == Instance.Status.DELETED) {
            throw refused(INVALID, "an instance is deleted with the operation for it, not by its status");
        }
        if (update.limits() != null && !update.limits().equals(instance.limits())) {
            requireOperator("change limits");
        }
        ControlRules.retention(orElse(update.retentionDays(), instance.retentionDays()));
        Instance updated = new Instance(
                instance.id(),
                instance.accountId(),
                orElse(update.name(), instance.name()),
                orElse(update.region(), instance.region()),
                orElse(update.tags(), instance.tags()),
                orElse(update.status(), instance.status()),
                orElse(update.retentionDays(), instance.retentionDays()),
                orElse(update.limits(), instance.limits()),
                orElse(update.writeFrom(), instance.writeFrom()),
                orElse(update.readFrom(), instance.readFrom()),
                instance.created());
        check(updated);
        return change("instance.update", instance, updated);
    }

    /**
     * Deletes an instance for everybody, for ever: nobody can write or read it from then on, its id cannot be used again,
     * and the storage-writers remove its data.
     */
    public Change deleteInstance(String id) throws ControlOperationException {
        Instance instance = instance(id);
        Instance deleted = new Instance(
                instance.id(),
                instance.accountId(),
                instance.name(),
                instance.region(),
                instance.tags(),
                Instance.Status.DELETED,
                instance.retentionDays(),
                instance.limits(),
                instance.created());
        List<Change.Step> steps = new ArrayList<>();
        steps.add(new Change.Step(instance, deleted));
        ProcessingRules rules = state.processing(instance.id());
        if (rules != null) {
            steps.add(new Change.Step(rules, null));
        }
        return new Change(actor, clock.instant(), "instance.delete", steps);
    }

    /**
     * Sets how the series of an instance are processed.
     *
     * @param rules those that do nothing remove the record
     */
    public Change setProcessing(ProcessingRules rules) throws ControlOperationException {
        instance(rules.id().value());
        ControlRules.processing(rules);
        ProcessingRules before = state.processing(rules.id());
        ProcessingRules after = rules.equals(ProcessingRules.none(rules.id())) ? null : rules;
        return change("processing.set", before, after);
    }

    private static void check(Instance instance) throws ControlOperationException {
        ControlRules.name(instance.name());
        ControlRules.region(instance.region());
        ControlRules.tags(instance.tags());
        ControlRules.retention(instance.retentionDays());
        ControlRules.limits(instance.limits());
        ControlRules.networks("writeFrom", instance.writeFrom());
        ControlRules.networks("readFrom", instance.readFrom());
    }

    private Change change(String action, @Nullable ControlRecord before, @Nullable ControlRecord after) {
        List<Change.Step> steps = Objects.equals(before, after) ? List.of() : List.of(new Change.Step(before, after));
        return new Change(actor, clock.instant(), action, steps);
    }

    private Account account(String id) throws ControlOperationException {
        Account account = state.account(id);
        if (account == null || !actor.mayChange(id)) {
            throw refused(NOT_FOUND, "there is no account '" + id + "'");
        }
        return account;
    }

    private User user(String id) throws ControlOperationException {
        User user = state.user(id);
        if (user == null || !actor.mayChange(user.accountId())) {
            throw refused(NOT_FOUND, "there is no user '" + id + "'");
        }
        return user;
    }

    private AccessKey key(String id) throws ControlOperationException {
        AccessKey key = state.accessKey(id);
        User user = key == null ? null : state.user(key.userId());
        boolean known = user == null ? actor.operator() : actor.mayChange(user.accountId());
        if (key == null || !known) {
            throw refused(NOT_FOUND, "there is no access key '" + id + "'");
        }
        return key;
    }

    private Instance instance(String id) throws ControlOperationException {
        Instance instance = TenantId.isValid(id) ? state.instance(new TenantId(id)) : null;
        if (instance == null || !actor.mayChange(instance.accountId())) {
            throw refused(NOT_FOUND, "there is no instance '" + id + "'");
        }
        return instance;
    }

    private List<AccessKey> keysOf(String userId) {
        return state.accessKeys().stream()
                .filter(key -> key.userId().equals(userId))
                .sorted(Comparator.comparing(AccessKey::id))
                .toList();
    }

    private List<User> usersOf(String accountId) {
        return state.users().stream()
                .filter(user -> user.accountId().equals(accountId))
                .toList();
    }

    private long instancesOf(String accountId) {
        return state.instances().stream()
                .filter(instance -> instance.accountId().equals(accountId))
                .count();
    }

    private long operatorAccounts() {
        return state.accounts().stream()
                .filter(account -> account.operator() && account.enabled())
                .count();
    }

    private void requireOperator(String what) throws ControlOperationException {
        if (!actor.operator()) {
            throw refused(FORBIDDEN, "only an administrator of the operator's account may " + what);
        }
    }

    private void requireFuture(@Nullable Instant expires) throws ControlOperationException {
        if (expires != null && !expires.isAfter(clock.instant())) {
            throw refused(INVALID, "the expiry " + expires + " has passed; disable the key instead");
        }
    }

    private static void requireRoom(long now, int most, String what) throws ControlOperationException {
        if (now >= most) {
            throw refused(CONFLICT, "there are " + now + " " + what + ", the most there can be");
        }
    }

    private static <T> T orElse(@Nullable T value, T otherwise) {
        return value == null ? otherwise : value;
    }

    private static ControlOperationException refused(ControlOperationException.Reason reason, String message) {
        return new ControlOperationException(reason, message);
    }
}
