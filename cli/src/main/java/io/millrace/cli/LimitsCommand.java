package io.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code millrace limits}. */
@Command(
        name = "limits",
        mixinStandardHelpOptions = true,
        description = "Limits of instances. Changing them is for operators.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {LimitsCommand.ListAll.class, LimitsCommand.Show.class, LimitsCommand.Update.class})
public final class LimitsCommand {
    private static final int MOST = 10_000;

    @Command(name = "list", description = "Lists limits that are not the defaults, of all instances.")
    static final class ListAll extends ApiCommand {
        @Override
        void run(AdminClient client) {
            JsonNode defaults = client.get("defaults").path("limits");
            ArrayNode rows = AdminClient.JSON.createArrayNode();
            for (JsonNode instance : client.list("instances", "", MOST)) {
                instance.path("limits").properties().forEach(limit -> {
                    if (!limit.getValue().equals(defaults.get(limit.getKey()))) {
                        ObjectNode row = rows.addObject();
                        row.set("instance", instance.get("id"));
                        row.put("limit", limit.getKey());
                        row.set("value", limit.getValue());
                        row.set("default", defaults.get(limit.getKey()));
                    }
                });
            }
            output.print(
                    rows,
                    () -> new Table()
                            .column("instance", "instance")
                            .column("limit", "limit")
                            .number("value", "value")
                            .number("default", "default")
                            .render(rows, "All instances have the default limits."));
        }
    }

    @Command(name = "show", description = "Shows the limits of an instance beside the defaults.")
    static final class Show extends ApiCommand {
        @Parameters(paramLabel = "INSTANCE")
        private String id = "";

        @Override
        void run(AdminClient client) {
            JsonNode limits = client.get(Things.path("instances", id)).path("limits");
            JsonNode defaults = client.get("defaults").path("limits");
            output.print(limits, () -> {
                ArrayNode rows = AdminClient.JSON.createArrayNode();
                limits.properties().forEach(limit -> {
                    ObjectNode row = rows.addObject().put("limit", limit.getKey());
                    row.set("value", limit.getValue());
                    row.set("default", defaults.get(limit.getKey()));
                });
                return new Table()
                        .column("limit", "limit")
                        .number("value", "value")
                        .number("default", "default")
                        .render(rows, "");
            });
        }
    }

    @Command(name = "update", description = "Changes limits of an instance, in force everywhere within two seconds.")
    static final class Update extends ApiCommand {
        @Parameters(index = "0", paramLabel = "INSTANCE")
        private String id = "";

        @Parameters(
                index = "1..*",
                arity = "1..*",
                paramLabel = "LIMIT=VALUE",
                description = "Such as maxActiveSeries=2000000 or pastWindow=30d; LIMIT=default sets it back."
                        + " 'millrace limits show' lists the names.")
        private Map<String, String> limits = Map.of();

        @Override
        void run(AdminClient client) {
            JsonNode defaults = client.get("defaults").path("limits");
            ObjectNode body = AdminClient.object();
            ObjectNode changes = body.putObject("limits");
            List<String> said = new ArrayList<>();
            limits.forEach((name, value) -> {
                if (value.equals("default") && defaults.has(name)) {
                    changes.set(name, defaults.get(name));
                } else if (value.replace("_", "").matches("[0-9]{1,18}")) {
                    changes.put(name, Long.parseLong(value.replace("_", "")));
                } else {
                    changes.put(name, value);
                }
                said.add(name);
            });
            JsonNode changed = client.patch(Things.path("instances", id), body);
            output.print(changed, () -> {
                StringBuilder text = new StringBuilder("Limits of " + id + ":\n");
                said.forEach(name -> text.append("  ")
                        .append(name)
                        .append("  ")
                        .append(Text.of(changed.path("limits").path(name)))
                        .append('\n'));
                return text.toString();
            });
        }
    }
}
