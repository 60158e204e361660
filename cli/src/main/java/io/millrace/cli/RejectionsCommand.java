package io.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace rejections}. */
@Command(
        name = "rejections",
        description =
                "What was refused of an instance in the last 7 days: why, how often, of which metrics, with examples,"
                        + " and how to mend it. Needs a key that may read the instance.")
public final class RejectionsCommand extends ApiCommand {
    private static final int SHOWN_METRICS = 5;

    @Parameters(paramLabel = "INSTANCE")
    private String instance = "";

    @Option(
            names = "--since",
            paramLabel = "AGO",
            defaultValue = "1h",
            description = "From when on, such as 90m or 7d, or a time (default: 1h).")
    private String since = "1h";

    @Option(
            names = "--reason",
            paramLabel = "REASON",
            description = "Only this reason, such as millrace-too-old; may be repeated.")
    private List<String> reasons = List.of();

    @Option(names = "--metric", paramLabel = "METRIC", description = "Only of this metric.")
    private @Nullable String metric;

    @Override
    void run(AdminClient client) {
        Instant now = Instant.now();
        JsonNode data = client.instance(
                instance,
                "rejections"
                        + AdminClient.query(Arrays.asList(
                                "start", Ago.parse(since, now), "end", now, "reason", reasons, "metric", metric)));
        output.print(data, () -> text(data, now));
    }

    private String text(JsonNode data, Instant now) {
        long samples = data.path("samples").asLong();
        if (samples == 0) {
            return "Nothing was refused of " + instance + " since "
                    + Text.time(data.path("start").asText()) + " UTC.\n";
        }
        StringBuilder text = new StringBuilder(Text.number(samples) + " samples of " + instance + " were refused since "
                + Text.time(data.path("start").asText()) + " UTC.\n");
        if (!data.path("complete").asBoolean(true)) {
            text.append("There are more than could be counted: ask for a shorter time with --since.\n");
        }
        for (JsonNode reason : data.path("reasons")) {
            text.append('\n')
                    .append(Ansi.AUTO.string("@|bold " + reason.path("reason").asText() + "|@"))
                    .append("  ")
                    .append(Text.of(reason.path("samples")))
                    .append(" samples, last ")
                    .append(Text.age(reason.path("lastSeen").asText(), now))
                    .append('\n');
            text.append("  what to do  ").append(reason.path("fix").asText()).append('\n');
            metrics(text, reason.path("metrics"));
            for (JsonNode example : reason.path("examples")) {
                text.append("  example     ")
                        .append(Text.of(example.path("series")))
                        .append(item(example))
                        .append("\n              ")
                        .append(example.path("message").asText())
                        .append('\n');
            }
        }
        return text.toString();
    }

    /** Value and time of a refused sample; nothing when the refusal was not about one. */
    private static String item(JsonNode example) {
        if (!example.has("item")) {
            return "";
        }
        String value = example.has("value") ? " = " + example.path("value").asText() : " (histogram)";
        long timestampMs = example.path("timestampMs").asLong();
        return value + " at " + Text.time(Instant.ofEpochMilli(timestampMs).toString()) + " UTC";
    }

    private static void metrics(StringBuilder text, JsonNode metrics) {
        StringBuilder line = new StringBuilder();
        int shown = 0;
        for (JsonNode each : metrics) {
            if (shown++ == SHOWN_METRICS) {
                line.append(", and ").append(metrics.size() - SHOWN_METRICS).append(" more");
                break;
            }
            String name = each.path("metric").asText();
            line.append(line.isEmpty() ? "" : ", ")
                    .append(name.isEmpty() ? "(unknown)" : name)
                    .append(' ')
                    .append(Text.of(each.path("samples")));
        }
        text.append("  metrics     ").append(line).append('\n');
    }
}
