package io.millrace.query.read;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Collects, over a query, which partitions were asked for their newest samples and which could not tell. Thread-safe. */
final class Freshness {
    private static final int REASONS_SHOWN = 3;

    private final TreeSet<Integer> asked = new TreeSet<>();
    private final Map<Integer, String> missing = new TreeMap<>();

    synchronized void asked(int partition) {
        asked.add(partition);
    }

    /** @param reason a phrase for the user */
    synchronized void missing(int partition, String reason) {
        missing.putIfAbsent(partition, reason);
    }

    /** One warning, or none. */
    synchronized List<String> warnings() {
        if (missing.isEmpty()) {
            return List.of();
        }
        Map<String, List<Integer>> byReason = new TreeMap<>();
        missing.forEach((partition, reason) ->
                byReason.computeIfAbsent(reason, r -> new ArrayList<>()).add(partition));
        StringBuilder text = new StringBuilder("newest samples of ")
                .append(missing.size())
                .append(" of ")
                .append(asked.size())
                .append(" partitions may be missing: ");
        int shown = 0;
        for (Map.Entry<String, List<Integer>> entry : byReason.entrySet()) {
            if (shown == REASONS_SHOWN) {
                text.append("; and ").append(byReason.size() - shown).append(" more reasons");
                break;
            }
            text.append(shown++ == 0 ? "" : "; ").append(entry.getKey());
            text.append(entry.getValue().size() == 1 ? " (partition " : " (partitions ");
            text.append(String.join(
                    ", ", entry.getValue().stream().map(String::valueOf).toList()));
            text.append(')');
        }
        return List.of(text.toString());
    }
}
