package io.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine.Help.Ansi;

/** Changes as people read them: what is made, changed and deleted, field by field. Stateless. */
final class Difference {
    /** Fields that say nothing new in a difference. */
    private static final Set<String> QUIET = Set.of("id", "accountId", "created", "userId");

    private Difference() {}

    /** @param changes as {@code apply} answers them */
    static String render(JsonNode changes, Ansi ansi) {
        StringBuilder text = new StringBuilder();
        for (JsonNode change : changes) {
            boolean before = change.path("before").isObject();
            boolean after = change.path("after").isObject()
                    && !change.path("action").asText().endsWith(".delete");
            String target = change.path("target").asText().replaceFirst("/", " ");
            String account =
                    change.path(after ? "after" : "before").path("accountId").asText("");
            String of = account.isEmpty() ? "" : " (" + account + ")";
            if (!before) {
                text.append(ansi.string("@|green + " + target + "|@"))
                        .append(of)
                        .append('\n');
                leaves(change.path("after"))
                        .forEach((name, value) -> text.append("      ")
                                .append(name)
                                .append(": ")
                                .append(value)
                                .append('\n'));
            } else if (!after) {
                text.append(ansi.string("@|red - " + target + "|@")).append(of).append('\n');
            } else {
                text.append(ansi.string("@|yellow ~ " + target + "|@"))
                        .append(of)
                        .append('\n');
                changed(text, leaves(change.path("before")), leaves(change.path("after")));
            }
        }
        return text.toString();
    }

    private static void changed(StringBuilder text, Map<String, String> before, Map<String, String> after) {
        Set<String> names = new TreeSet<>(before.keySet());
        names.addAll(after.keySet());
        for (String name : names) {
            String old = before.getOrDefault(name, "-");
            String now = after.getOrDefault(name, "-");
            if (!old.equals(now)) {
                text.append("      ")
                        .append(name)
                        .append(": ")
                        .append(old)
                        .append(" -> ")
                        .append(now)
                        .append('\n');
            }
        }
    }

    private static Map<String, String> leaves(JsonNode record) {
        Map<String, String> leaves = new LinkedHashMap<>();
        leaves(record, "", leaves);
        return leaves;
    }

    private static void leaves(JsonNode node, String path, Map<String, String> leaves) {
        node.properties().forEach(each -> {
            String name = path.isEmpty() ? each.getKey() : path + "." + each.getKey();
            if (QUIET.contains(name)) {
                return;
            }
            JsonNode value = each.getValue();
            boolean manyObjects =
                    value.isArray() && value.size() > 0 && value.get(0).isObject();
            if (value.isObject() && !value.isEmpty()) {
                leaves(value, name, leaves);
            } else if (manyObjects) {
                for (int i = 0; i < value.size(); i++) {
                    leaves.put(name + "[" + i + "]", Text.of(value.get(i)));
                }
            } else {
                leaves.put(name, Text.of(value));
            }
        });
    }

    /** {@code 2 to make, 1 to change, nothing to delete}. */
    static String count(JsonNode changes, int keys) {
        int made = keys;
        int changed = 0;
        int deleted = 0;
        for (JsonNode change : changes) {
            if (!change.path("before").isObject()) {
                made++;
            } else if (change.path("action").asText().endsWith(".delete")
                    || !change.path("after").isObject()) {
                deleted++;
            } else {
                changed++;
            }
        }
        return made + " made, " + changed + " changed, " + deleted + " deleted";
    }
}
