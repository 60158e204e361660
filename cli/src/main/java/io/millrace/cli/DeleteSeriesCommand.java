package io.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace delete-series}. */
@Command(
        name = "delete-series",
        description =
                "Deletes samples and exemplars of an instance that were stored until now: of the series that a selector"
                        + " selects, within a time range. Queries do not see them any more at once; they leave the disk when"
                        + " their day is merged. Needs a key with the policy full on the instance.")
public final class DeleteSeriesCommand extends ApiCommand {
    @Parameters(paramLabel = "INSTANCE")
    private String instance = "";

    @Option(
            names = {"-m", "--match"},
            paramLabel = "SELECTOR",
            required = true,
            description = "Which series, such as 'up{job=\"node\"}'; may be repeated, then any of them.")
    private List<String> selectors = List.of();

    @Option(
            names = "--from",
            paramLabel = "AGO",
            description = "The first time, such as 90m or 7d ago, or a time (default: everything before --to).")
    private @Nullable String from;

    @Option(
            names = "--to",
            paramLabel = "AGO",
            description = "The last time, written likewise (default: everything after --from).")
    private @Nullable String to;

    @Mixin
    private Confirmation confirmation = new Confirmation();

    @Override
    void run(AdminClient client) {
        Instant now = Instant.now();
        Instant start = from == null ? null : Ago.parse(from, now);
        Instant end = to == null ? null : Ago.parse(to, now);
        confirmation.require("Delete " + String.join(" and ", selectors) + " of " + instance + range(start, end) + "?");
        client.deleteSeries(
                instance, AdminClient.query(Arrays.asList("match%5B%5D", selectors, "start", start, "end", end)));
        JsonNode all = client.instance(instance, DeletionsCommand.PATH);
        JsonNode made = all.path(all.size() - 1);
        output.print(
                made,
                () -> "Deleted. 'millrace deletions " + instance + " " + Text.of(made.path("id"))
                        + "' shows how far it is gone from the disk.\n");
    }

    private static String range(@Nullable Instant start, @Nullable Instant end) {
        if (start == null && end == null) {
            return ", of all times";
        }
        return (start == null ? "" : " from " + Text.time(start.toString()))
                + (end == null ? "" : " until " + Text.time(end.toString()))
                + " UTC";
    }
}
