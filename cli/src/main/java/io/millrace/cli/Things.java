package io.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What commands on accounts, users, keys and instances have in common. Stateless. */
final class Things {
    /** What a list shows at most; those who have more look for something. */
    private static final int MOST = 10_000;

    private Things() {}

    static String path(String kind, String id) {
        return kind + "/" + AdminClient.segment(id);
    }

    static void put(ObjectNode body, String field, @Nullable String value) {
        if (value != null) {
            body.put(field, value);
        }
    }

    static void list(
            AdminClient client,
            Output output,
            String kind,
            List<? extends @Nullable Object> filters,
            Table table,
            String whenEmpty) {
        ArrayNode items = client.list(kind, AdminClient.query(filters), MOST);
        output.print(items, () -> table.render(items, whenEmpty));
    }

    /** {@code enabled}, {@code disabled}, or for a key {@code expired}. */
    static String state(JsonNode thing) {
        if (!thing.path("enabled").asBoolean()) {
            return "disabled";
        }
        String expires = thing.path("expires").asText("");
        return !expires.isEmpty() && Instant.parse(expires).isBefore(Instant.now()) ? "expired" : "enabled";
    }

    /** Policies in the form of the option {@code --policy}. */
    static String policies(JsonNode user) {
        StringBuilder text = new StringBuilder();
        for (JsonNode policy : user.path("policies")) {
            StringBuilder instances = new StringBuilder();
            policy.path("instances")
                    .forEach(each ->
                            instances.append(instances.isEmpty() ? "" : ",").append(each.asText()));
            text.append(text.isEmpty() ? "" : " ")
                    .append(policy.path("level").asText())
                    .append(':')
                    .append(instances);
        }
        return text.isEmpty() ? "-" : text.toString();
    }
}
