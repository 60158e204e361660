package io.millrace.query.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.model.TenantId;
import io.millrace.runtime.control.AccessKey;
import io.millrace.runtime.control.Account;
import io.millrace.runtime.control.ControlChanges;
import io.millrace.runtime.control.ControlOperationException;
import io.millrace.runtime.control.ControlOperations.NewKey;
import io.millrace.runtime.control.Draft;
import io.millrace.runtime.control.Instance;
import io.millrace.runtime.control.ProcessingRules;
import io.millrace.runtime.control.User;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Works out on a draft what must change so that everything is as a {@link TenantsDocument} says. The order is such that a
 * reader in between allows less, never more: accounts, instances, users; what goes, goes last, users first. What cannot be
 * is noted, each by itself, so that all of it is told at once. Parts that do not even have the form are told already; here
 * they stand for empty ones of the same id, so that what refers to them is not blamed. For one document and one thread.
 */
final class TenantsPlan {
    private final Draft draft;
    private final Problems problems;
    private final Instant now;
    private final Set<String> seen = new HashSet<>();
    private final Set<String> accounts = new TreeSet<>();
    private final Set<String> users = new TreeSet<>();
    private final Set<String> instances = new TreeSet<>();

    /** @param now for records that are made */
    TenantsPlan(Draft draft, Problems problems, Instant now) {
        this.draft = draft;
        this.problems = problems;
        this.now = now;
    }

    /** @param document that fits {@link TenantsDocument#SHAPE}, but for what is in the problems already */
    void apply(ObjectNode document) {
        if (!problems.within("version") && document.path("version").asInt() != TenantsDocument.VERSION) {
            if (document.has("version")) {
                problems.add("version", "must be " + TenantsDocument.VERSION);
            }
            return;
        }
        JsonNode list = document.path("accounts");
        for (int i = 0; i < list.size(); i++) {
            String path = "accounts[" + i + "]";
            ObjectNode account = wellFormed(list.get(i), path, "id", "name", "enabled");
            if (account != null) {
                apply(account, (ObjectNode) list.get(i), path);
            }
        }
    }

    private void apply(ObjectNode account, ObjectNode parts, String path) {
        String id = Fields.text(account, "id");
        if (isSecond("account " + id, path)) {
            return;
        }
        accounts.add(id);
        attempt(path, () -> applyAccount(id, account));
        JsonNode list = parts.path("instances");
        for (int i = 0; i < list.size(); i++) {
            String at = path + ".instances[" + i + "]";
            ObjectNode instance = wellFormed(list.get(i), at);
            if (instance != null && !isSecond("instance " + Fields.text(instance, "id"), at)) {
                attempt(at, () -> applyInstance(id, instance, at));
            }
        }
        list = parts.path("users");
        for (int i = 0; i < list.size(); i++) {
            String at = path + ".users[" + i + "]";
            ObjectNode user = wellFormed(list.get(i), at);
            if (user != null && !isSecond("user " + Fields.text(user, "id"), at)) {
                attempt(at, () -> applyUser(id, user));
            }
        }
    }

    /**
     * The part itself when it has its form; one with nothing but the id when it has not; null when even that is missing.
     *
     * @param fields those that count; all of them when none are named
     */
    private @Nullable ObjectNode wellFormed(JsonNode part, String path, String... fields) {
        boolean broken = fields.length == 0
                ? problems.within(path)
                : Arrays.stream(fields).anyMatch(field -> problems.within(path + "." + field));
        if (!(part instanceof ObjectNode object) || !object.path("id").isTextual()) {
            return null;
        }
        return broken ? Fields.object().put("id", Fields.text(object, "id")) : object;
    }

    private boolean isSecond(String what, String path) {
        boolean second = !seen.add(what);
        if (second) {
            problems.add(path, what.replace(" ", " '") + "' is in the document twice");
        }
        return second;
    }

    /** A part of the plan. */
    @FunctionalInterface
    private interface Part {
        void run() throws ControlOperationException;
    }

    private void attempt(String path, Part part) {
        try {
            part.run();
        } catch (ControlOperationException e) {
            problems.add(path, String.valueOf(e.getMessage()));
        } catch (InvalidRequest e) {
            e.problems().forEach(problem -> problems.add(path, problem.toString()));
        }
    }

    private void make(ControlChanges.Operation operation) throws ControlOperationException {
        draft.make(operation);
    }

    private void applyAccount(String id, ObjectNode node) throws ControlOperationException {
        String name = Fields.text(node, "name", id);
        boolean enabled = node.path("enabled").asBoolean(true);
        Account before = draft.state().account(id);
        if (before == null) {
            make(operations -> operations.createAccount(id, name));
            before = draft.state().account(id);
        }
        if (before != null && (!before.name().equals(name) || before.enabled() != enabled)) {
            make(operations -> operations.updateAccount(id, name, enabled));
        }
    }

    private void applyInstance(String account, ObjectNode node, String path) throws ControlOperationException {
        String id = Fields.text(node, "id");
        if (!TenantId.isValid(id)) {
            throw new InvalidRequest(
                    "the id must be 1 to 64 of a-z, 0-9 and '-', not beginning or ending with '-'; it is '" + id + "'");
        }
        instances.add(id);
        TenantId tenant = new TenantId(id);
        ObjectNode fields = node.deepCopy();
        fields.remove("processing");
        Instance before = draft.state().instance(tenant);
        Instance blank = InstanceResource.blank(tenant, account, before == null ? now : before.created());
        Instance wanted = Fields.overlay(blank, fields, Instance.class);
        if (before == null) {
            make(operations -> operations.createInstance(wanted));
        } else if (before.accountId().equals(account)) {
            make(operations -> operations.updateInstance(id, InstanceResource.update(wanted)));
        } else {
            throw new InvalidRequest(
                    "instance '" + id + "' belongs to account '" + before.accountId() + "' and cannot move");
        }
        ObjectNode processing = node.path("processing") instanceof ObjectNode rules ? rules : Fields.object();
        attempt(path + ".processing", () -> {
            ProcessingRules rules = Fields.overlay(ProcessingRules.none(tenant), processing, ProcessingRules.class);
            make(operations -> operations.setProcessing(rules));
        });
    }

    private void applyUser(String account, ObjectNode node) throws ControlOperationException {
        String id = Fields.text(node, "id");
        users.add(id);
        User before = draft.state().user(id);
        User blank = new User(id, account, id, true, List.of(), before == null ? now : before.created());
        User wanted = Fields.overlay(blank, node, User.class);
        if (before == null) {
            make(operations -> operations.createUser(account, id, wanted.name(), wanted.policies()));
            if (!wanted.enabled()) {
                make(operations -> operations.updateUser(id, null, false, null));
            }
        } else if (before.accountId().equals(account)) {
            make(operations -> operations.updateUser(id, wanted.name(), wanted.enabled(), wanted.policies()));
        } else {
            throw new InvalidRequest(
                    "user '" + id + "' belongs to account '" + before.accountId() + "' and cannot move");
        }
    }

    /** Deletes users and instances of the accounts in the document that are not in it themselves. */
    void prune() {
        for (String account : accounts) {
            List.copyOf(draft.state().users()).stream()
                    .filter(user -> user.accountId().equals(account) && !users.contains(user.id()))
                    .sorted(Comparator.comparing(User::id))
                    .forEach(user -> attempt("", () -> make(operations -> operations.deleteUser(user.id()))));
            draft.state().instances().stream()
                    .filter(instance -> instance.accountId().equals(account)
                            && !instances.contains(instance.id().value()))
                    .sorted(Comparator.comparing(Instance::id))
                    .forEach(instance -> attempt(
                            "",
                            () -> make(operations ->
                                    operations.deleteInstance(instance.id().value()))));
        }
    }

    /** Makes a key for each enabled user of the document that has none which is accepted. */
    List<NewKey> makeMissingKeys() {
        Set<String> served = new HashSet<>();
        for (AccessKey key : draft.state().accessKeys()) {
            if (key.enabled() && (key.expires() == null || key.expires().isAfter(now))) {
                served.add(key.userId());
            }
        }
        List<NewKey> made = new ArrayList<>();
        for (String id : users) {
            User user = draft.state().user(id);
            if (user != null && user.enabled() && !served.contains(id)) {
                attempt("", () -> made.add(draft.makeKey(operations -> operations.createKey(id, null))));
            }
        }
        return made;
    }
}
