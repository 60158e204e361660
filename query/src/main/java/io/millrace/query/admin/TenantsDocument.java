package io.millrace.query.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.query.admin.Shape.Struct;
import io.millrace.runtime.config.Durations;
import io.millrace.runtime.control.Account;
import io.millrace.runtime.control.ControlState;
import io.millrace.runtime.control.Instance;
import io.millrace.runtime.control.ProcessingRules;
import io.millrace.runtime.control.User;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Accounts with their users and instances as one document, for people who keep them in git. What a document lists it says
 * as a whole: a field that is missing has its default. Keys and secrets are never in it. Stateless.
 *
 * <pre>
 * version: 1
 * accounts:
 *   - id: acme
 *     instances:
 *       - {id: acme-prod, retentionDays: 90, processing: {dropMetrics: ["go_.*"]}}
 *     users:
 *       - {id: acme-agent, policies: [{level: write, instances: [acme-prod]}]}
 * </pre>
 */
final class TenantsDocument {
    static final int VERSION = 1;

    private static final Struct INSTANCE = Shapes.without(Shapes.without(Shapes.INSTANCE, "accountId"), "created")
            .needing("id")
            .with("processing", Shapes.PROCESSING, "how its series are processed before they are stored");
    private static final Struct USER =
            Shapes.USER.only("id", "name", "enabled", "policies").needing("id");
    private static final Struct ACCOUNT = Shapes.ACCOUNT
            .only("id", "name", "enabled")
            .needing("id")
            .with("instances", new Shape.Items(INSTANCE), "")
            .with("users", new Shape.Items(USER), "");

    static final Struct SHAPE = new Struct(Map.of())
            .with("version", Shapes.WHOLE, "of the form, now " + VERSION)
            .with("accounts", new Shape.Items(ACCOUNT), "")
            .needing("version", "accounts");

    private TenantsDocument() {}

    /** What there is, for the accounts wanted; fields that have their defaults are left out. */
    static ObjectNode export(ControlState state, Predicate<String> account) {
        ObjectNode document = Fields.object().put("version", VERSION);
        var accounts = document.putArray("accounts");
        state.accounts().stream()
                .filter(each -> account.test(each.id()))
                .sorted(Comparator.comparing(Account::id))
                .forEach(each -> accounts.add(account(state, each)));
        return document;
    }

    private static ObjectNode account(ControlState state, Account account) {
        ObjectNode node = pruned(
                Fields.show(account),
                Fields.show(new Account(account.id(), account.id(), true, account.operator(), account.created())));
        var instances = node.putArray("instances");
        state.instances().stream()
                .filter(each -> each.accountId().equals(account.id()))
                .sorted(Comparator.comparing(Instance::id))
                .forEach(each -> instances.add(instance(state, each)));
        var users = node.putArray("users");
        state.users().stream()
                .filter(each -> each.accountId().equals(account.id()))
                .sorted(Comparator.comparing(User::id))
                .forEach(each -> users.add(user(each)));
        return node;
    }

    private static ObjectNode user(User user) {
        User blank = new User(user.id(), user.accountId(), user.id(), true, List.of(), user.created());
        return pruned(Fields.show(user), Fields.show(blank));
    }

    private static ObjectNode instance(ControlState state, Instance instance) {
        Instance blank = InstanceResource.blank(instance.id(), instance.accountId(), instance.created());
        ObjectNode node = pruned(Fields.show(instance), Fields.show(blank));
        ProcessingRules rules = state.processing(instance.id());
        if (rules != null) {
            ObjectNode shown = pruned(Fields.show(rules), Fields.show(ProcessingRules.none(instance.id())));
            shown.remove("id");
            node.set("processing", shown);
        }
        return node;
    }

    /** Without what is as in {@code blank}, the id aside; durations as people write them. */
    private static ObjectNode pruned(ObjectNode node, ObjectNode blank) {
        ObjectNode pruned = Fields.object();
        node.properties().forEach(each -> {
            String name = each.getKey();
            JsonNode value = each.getValue();
            if (name.equals("id")) {
                pruned.set(name, value);
            } else if (!value.equals(blank.get(name))) {
                boolean fieldwise = name.equals("limits") && value instanceof ObjectNode;
                pruned.set(
                        name, readable(fieldwise ? pruned((ObjectNode) value, (ObjectNode) blank.get(name)) : value));
            }
        });
        return pruned;
    }

    private static JsonNode readable(JsonNode value) {
        if (value instanceof ObjectNode object) {
            object.properties().forEach(each -> {
                String text = each.getValue().asText();
                if (text.matches("PT[0-9.HMS]+")) {
                    object.put(each.getKey(), Durations.format(Duration.parse(text)));
                }
            });
        }
        return value;
    }
}
