package io.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** One thing as lines of name and value; objects inside it are indented below their name. Stateless. */
final class Sheet {
    private static final int MOST_WIDTH = 28;

    private Sheet() {}

    static String render(JsonNode thing) {
        StringBuilder text = new StringBuilder();
        append(text, thing, "", width(thing, 0));
        return text.toString();
    }

    private static int width(JsonNode thing, int indent) {
        int width = 0;
        for (Map.Entry<String, JsonNode> each : thing.properties()) {
            width = Math.max(width, indent + Text.words(each.getKey()).length());
            if (isSection(each.getValue())) {
                width = Math.max(width, width(each.getValue(), indent + 2));
            }
        }
        return Math.min(width, MOST_WIDTH);
    }

    private static boolean isSection(JsonNode value) {
        return value instanceof ObjectNode && !value.isEmpty();
    }

    private static void append(StringBuilder text, JsonNode thing, String indent, int width) {
        for (Map.Entry<String, JsonNode> each : thing.properties()) {
            String name = indent + Text.words(each.getKey());
            if (isSection(each.getValue())) {
                text.append(name).append('\n');
                append(text, each.getValue(), indent + "  ", width);
            } else {
                text.append(name)
                        .append(" ".repeat(Math.max(0, width - name.length())))
                        .append("  ")
                        .append(Text.of(each.getValue()))
                        .append('\n');
            }
        }
    }
}
