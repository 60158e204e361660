package io.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Rows under a heading, columns as wide as they must be, numbers to the right. For one thread. */
final class Table {
    private record Column(String heading, boolean right, Function<JsonNode, String> value) {}

    private final List<Column> columns = new ArrayList<>();

    /** The text of a field. */
    Table column(String heading, String field) {
        return column(heading, item -> Text.of(item.path(field)));
    }

    Table column(String heading, Function<JsonNode, String> value) {
        columns.add(new Column(heading, false, value));
        return this;
    }

    Table number(String heading, Function<JsonNode, String> value) {
        columns.add(new Column(heading, true, value));
        return this;
    }

    Table number(String heading, String field) {
        return number(heading, item -> Text.of(item.path(field)));
    }

    /** The lines; without rows a sentence that says so. */
    String render(Iterable<JsonNode> items, String whenEmpty) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(columns.stream()
                .map(column -> column.heading().toUpperCase(Locale.ROOT))
                .toList());
        for (JsonNode item : items) {
            rows.add(columns.stream().map(column -> column.value().apply(item)).toList());
        }
        if (rows.size() == 1) {
            return whenEmpty + "\n";
        }
        int[] widths = new int[columns.size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                String pad = " ".repeat(widths[i] - row.get(i).length());
                line.append(i == 0 ? "" : "  ").append(columns.get(i).right() ? pad + row.get(i) : row.get(i) + pad);
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }
}
