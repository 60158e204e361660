package io.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Option;

/** {@code millrace audit}. */
@Command(name = "audit", description = "Who changed what, newest first, with what was before and after.")
public final class AuditCommand extends ApiCommand {
    @Option(
            names = "--target",
            paramLabel = "KIND/ID",
            description = "Only changes of this record, such as user/ops or instance/shop.")
    private @Nullable String target;

    @Option(names = "--user", paramLabel = "ID", description = "Only changes made by this user.")
    private @Nullable String user;

    @Option(names = "--action", paramLabel = "ACTION", description = "Only these, such as key.rotate, or all of key.")
    private @Nullable String action;

    @Option(names = "--since", paramLabel = "AGO", description = "Only the last while, such as 1h or 7d; or a time.")
    private @Nullable String since;

    @Option(names = "--limit", paramLabel = "N", defaultValue = "50", description = "At most so many (default: 50).")
    private int limit = 50;

    @Override
    void run(AdminClient client) {
        String query = AdminClient.query(Arrays.asList(
                "target",
                target,
                "user",
                user,
                "action",
                action,
                "start",
                since == null ? null : Ago.parse(since, Instant.now())));
        ArrayNode entries = client.list("audit", query, Math.max(1, limit));
        output.print(entries, () -> text(entries));
    }

    private static String text(ArrayNode entries) {
        if (entries.isEmpty()) {
            return "No changes.\n";
        }
        StringBuilder text = new StringBuilder();
        for (JsonNode entry : entries) {
            String from = entry.path("address").asText();
            text.append(Text.time(entry.path("at").asText()))
                    .append("  ")
                    .append(entry.path("action").asText())
                    .append("  by ")
                    .append(entry.path("userId").asText())
                    .append(from.isEmpty() ? "" : " from " + from)
                    .append('\n');
            ArrayNode one = AdminClient.JSON.createArrayNode().add(entry);
            Difference.render(one, Ansi.AUTO)
                    .lines()
                    .forEach(line -> text.append("    ").append(line).append('\n'));
        }
        return text.toString();
    }
}
