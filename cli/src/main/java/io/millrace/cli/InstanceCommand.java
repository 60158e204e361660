package io.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace instance}. */
@Command(
        name = "instance",
        mixinStandardHelpOptions = true,
        description = "Instances: separate stores of series, each with its addresses, limits and retention.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            InstanceCommand.Create.class,
            InstanceCommand.ListAll.class,
            InstanceCommand.Show.class,
            InstanceCommand.Update.class,
            InstanceCommand.Enable.class,
            InstanceCommand.Disable.class,
            InstanceCommand.Delete.class
        })
public final class InstanceCommand {
    private static final String PATH = "instances";

    private static final Table TABLE = new Table()
            .column("id", "id")
            .column("account", "accountId")
            .column("name", "name")
            .column("region", "region")
            .column("status", "status")
            .number("days", "retentionDays")
            .number("max series", item -> Text.of(item.at("/limits/maxActiveSeries")))
            .column("tags", "tags");

    /** What can be said when an instance is made and when it is changed. */
    static final class Settings {
        @Option(names = "--name", paramLabel = "NAME", description = "For people.")
        private @Nullable String name;

        @Option(names = "--region", paramLabel = "REGION", description = "For people, to tell instances apart.")
        private @Nullable String region;

        @Option(names = "--tag", paramLabel = "NAME=VALUE", description = "Tags; all of them are replaced.")
        private @Nullable Map<String, String> tags;

        @Option(
                names = "--retention-days",
                paramLabel = "DAYS",
                description = "How long samples are kept; usual are 15, 30, 60, 90, 180.")
        private @Nullable Integer retentionDays;

        @Option(
                names = "--write-from",
                paramLabel = "NETWORK",
                split = ",",
                description = "Networks that may write without a key, such as 10.0.0.0/8; 'none' for none.")
        private @Nullable List<String> writeFrom;

        @Option(
                names = "--read-from",
                paramLabel = "NETWORK",
                split = ",",
                description = "Networks that may read without a key; 'none' for none.")
        private @Nullable List<String> readFrom;

        void addTo(ObjectNode body) {
            Things.put(body, "name", name);
            Things.put(body, "region", region);
            if (tags != null) {
                ObjectNode node = body.putObject("tags");
                tags.forEach(node::put);
            }
            if (retentionDays != null) {
                body.put("retentionDays", retentionDays);
            }
            networks(body, "writeFrom", writeFrom);
            networks(body, "readFrom", readFrom);
        }

        private static void networks(ObjectNode body, String field, @Nullable List<String> networks) {
            if (networks != null) {
                ArrayNode list = body.putArray(field);
                networks.stream().filter(each -> !each.equals("none")).forEach(list::add);
            }
        }
    }

    @Command(name = "create", description = "Makes an instance.")
    static final class Create extends ApiCommand {
        @Parameters(paramLabel = "ID", description = "1 to 64 of a-z, 0-9 and '-'; it stands in addresses.")
        private String id = "";

        @Option(names = "--account", paramLabel = "ID", description = "Whose instance (default: your own account).")
        private @Nullable String account;

        @Mixin
        private final Settings settings = new Settings();

        @Override
        void run(AdminClient client) {
            ObjectNode body = AdminClient.object().put("id", id);
            Things.put(body, "accountId", account);
            settings.addTo(body);
            JsonNode made = client.post(PATH, body);
            output.print(made, () -> "Made instance " + id + ".\n" + addresses(made));
        }
    }

    private static String addresses(JsonNode instance) {
        StringBuilder text = new StringBuilder();
        for (String network : List.of("internet", "internal")) {
            JsonNode addresses = instance.path("addresses").path(network);
            for (String kind : List.of("write", "read", "query")) {
                if (addresses.hasNonNull(kind)) {
                    text.append("  %-5s  %-8s  %s%n"
                            .formatted(kind, network, addresses.path(kind).asText()));
                }
            }
        }
        return text.toString();
    }

    @Command(name = "list", description = "Lists instances.")
    static final class ListAll extends ApiCommand {
        @Option(names = "--account", paramLabel = "ID", description = "Only those of this account.")
        private @Nullable String account;

        @Option(names = "--name", paramLabel = "TEXT", description = "Only those with this in their id or name.")
        private @Nullable String name;

        @Option(names = "--region", paramLabel = "REGION", description = "Only those of this region.")
        private @Nullable String region;

        @Option(
                names = "--tag",
                paramLabel = "NAME[=VALUE]",
                description = "Only those with this tag; may be repeated.")
        private List<String> tags = List.of();

        @Option(names = "--status", paramLabel = "STATUS", description = "Only running or stopped ones.")
        private @Nullable String status;

        @Override
        void run(AdminClient client) {
            Things.list(
                    client,
                    output,
                    PATH,
                    Arrays.asList("account", account, "name", name, "region", region, "tag", tags, "status", status),
                    TABLE,
                    "No instances.");
        }
    }

    @Command(name = "show", description = "Shows an instance with its addresses, limits and processing rules.")
    static final class Show extends ApiCommand {
        @Parameters(paramLabel = "ID")
        private String id = "";

        @Override
        void run(AdminClient client) {
            ObjectNode instance = (ObjectNode) client.get(Things.path(PATH, id));
            instance.set("processing", client.get(Things.path(PATH, id) + "/processing"));
            output.print(instance, () -> {
                ObjectNode shown = instance.deepCopy();
                shown.remove("paths");
                return Sheet.render(shown);
            });
        }
    }

    @Command(name = "update", description = "Changes an instance; what is not named stays as it is.")
    static final class Update extends ApiCommand {
        @Parameters(paramLabel = "ID")
        private String id = "";

        @Mixin
        private final Settings settings = new Settings();

        @Override
        void run(AdminClient client) {
            ObjectNode body = AdminClient.object();
            settings.addTo(body);
            if (body.isEmpty()) {
                throw new CliException(
                        CliException.WRONG_USE, "Nothing to change: name what, see 'millrace instance update --help'.");
            }
            JsonNode changed = client.patch(Things.path(PATH, id), body);
            output.print(changed, () -> "Changed instance " + id + ".\n");
        }
    }

    /** Starts or stops an instance. */
    private abstract static class Status extends ApiCommand {
        @Parameters(paramLabel = "ID")
        private String id = "";

        private final String status;

        Status(String status) {
            this.status = status;
        }

        @Override
        void run(AdminClient client) {
            JsonNode changed =
                    client.patch(Things.path(PATH, id), AdminClient.object().put("status", status));
            output.print(changed, () -> "Instance " + id + " is " + status + ".\n");
        }
    }

    @Command(name = "enable", description = "Lets an instance be written and read again.")
    static final class Enable extends Status {
        Enable() {
            super("running");
        }
    }

    @Command(name = "disable", description = "Nobody can write or read the instance; its data stays.")
    static final class Disable extends Status {
        Disable() {
            super("stopped");
        }
    }

    @Command(
            name = "delete",
            description =
                    "Deletes an instance for ever: its id cannot be used again, its data goes with its retention.")
    static final class Delete extends Deletion {
        Delete() {
            super(PATH, "instance");
        }

        @Override
        String consequence(AdminClient client, String thing) {
            return " for ever";
        }
    }
}
