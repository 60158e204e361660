package io.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace usage}. */
@Command(
        name = "usage",
        description = "What an instance takes in by hour, and how near it is to its limits."
                + " Needs a key that may read the instance.")
public final class UsageCommand extends ApiCommand {
    private static final int BAR = 20;

    @Parameters(paramLabel = "INSTANCE")
    private String instance = "";

    @Option(
            names = "--since",
            paramLabel = "AGO",
            defaultValue = "24h",
            description = "From when on, such as 24h or 30d, or a time (default: 24h).")
    private String since = "24h";

    @Override
    void run(AdminClient client) {
        Instant now = Instant.now();
        JsonNode data = client.instance(
                instance, "usage" + AdminClient.query(Arrays.asList("start", Ago.parse(since, now), "end", now)));
        output.print(data, () -> text(data));
    }

    private String text(JsonNode data) {
        StringBuilder text = new StringBuilder();
        text.append(new Table()
                .column("limit", "limit")
                .column(
                        "",
                        each -> bar(
                                each.path("percent").asDouble(),
                                each.path("near").asBoolean()))
                .number("used", "used")
                .number("of", "allowed")
                .number("left", "headroom")
                .render(data.path("limits"), ""));
        for (JsonNode limit : data.path("limits")) {
            if (limit.path("near").asBoolean()) {
                text.append(Ansi.AUTO.string("@|bold,yellow near the limit: |@"))
                        .append(limit.path("limit").asText())
                        .append(", ask for a higher one or send less\n");
            }
        }
        text.append('\n');
        text.append(new Table()
                .column(
                        "hour (UTC)",
                        each -> Text.time(each.path("hour").asText()).substring(0, 13) + "h")
                .number("samples", "samples")
                .number("bytes", each -> Text.bytes(each.path("bytes").asLong()))
                .number("refused", "rejected")
                .number("active series", "activeSeries")
                .render(data.path("hours"), "Nothing was taken in since " + since + "."));
        if (!data.path("jobs").isEmpty()) {
            text.append('\n')
                    .append(new Table()
                            .column(
                                    "job",
                                    each -> each.path("job").asText().isEmpty()
                                            ? "(none)"
                                            : each.path("job").asText())
                            .number("samples", "samples")
                            .number(
                                    "bytes",
                                    each -> Text.bytes(each.path("bytes").asLong()))
                            .render(data.path("jobs"), ""));
        }
        JsonNode total = data.path("total");
        return text.append("\ntotal: ")
                .append(Text.of(total.path("samples")))
                .append(" samples, ")
                .append(Text.bytes(total.path("bytes").asLong()))
                .append(", ")
                .append(Text.of(total.path("rejected")))
                .append(" refused\n")
                .toString();
    }

    private static String bar(double percent, boolean near) {
        int full = (int) Math.min(BAR, Math.round(percent / 100 * BAR));
        return "[" + "#".repeat(full) + ".".repeat(BAR - full) + "] " + String.format(Locale.ROOT, "%5.1f %%", percent)
                + (near ? " !" : "");
    }
}
