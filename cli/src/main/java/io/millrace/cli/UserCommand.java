package io.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace user}. */
@Command(
        name = "user",
        mixinStandardHelpOptions = true,
        description = "Users: who holds keys, and what they may do.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            UserCommand.Create.class,
            UserCommand.ListAll.class,
            UserCommand.Show.class,
            UserCommand.Update.class,
            UserCommand.Enable.class,
            UserCommand.Disable.class,
            UserCommand.Delete.class
        })
public final class UserCommand {
    private static final String PATH = "users";
    private static final String POLICY_HELP = "full, write or read on some instances, such as write:shop,tools or"
            + " read:* for all of the account; several options add up.";

    private static final Table TABLE = new Table()
            .column("id", "id")
            .column("account", "accountId")
            .column("name", "name")
            .column("state", Things::state)
            .column("policies", Things::policies);

    /** {@code write:shop,tools} as the API wants it. */
    static ArrayNode policies(List<String> texts) {
        ArrayNode policies = AdminClient.JSON.createArrayNode();
        for (String text : texts) {
            String[] parts = text.split(":", -1);
            String level = parts[0].toLowerCase(Locale.ROOT);
            if (parts.length != 2 || !level.matches("full|write|read") || parts[1].isEmpty()) {
                throw new CliException(
                        CliException.WRONG_USE,
                        "'" + text + "' is not a policy: write a level and instances, such as write:shop or read:*.");
            }
            ArrayNode instances = policies.addObject().put("level", level).putArray("instances");
            for (String instance : parts[1].split(",", -1)) {
                instances.add(instance.trim());
            }
        }
        return policies;
    }

    @Command(name = "create", description = "Makes a user. It can do nothing before it has a policy and a key.")
    static final class Create extends ApiCommand {
        @Parameters(paramLabel = "ID", description = "1 to 64 of a-z, 0-9 and '-'.")
        private String id = "";

        @Option(names = "--account", paramLabel = "ID", description = "Whose user (default: your own account).")
        private @Nullable String account;

        @Option(names = "--name", paramLabel = "NAME", description = "For people (default: the id).")
        private @Nullable String name;

        @Option(names = "--policy", paramLabel = "LEVEL:INSTANCES", description = POLICY_HELP)
        private List<String> policies = List.of();

        @Override
        void run(AdminClient client) {
            ObjectNode body = AdminClient.object().put("id", id);
            Things.put(body, "accountId", account);
            Things.put(body, "name", name);
            body.set("policies", policies(policies));
            JsonNode made = client.post(PATH, body);
            output.print(
                    made,
                    () -> "Made user " + id + " (" + Things.policies(made)
                            + "). A key for it: millrace key create --user " + id + "\n");
        }
    }

    @Command(name = "list", description = "Lists users.")
    static final class ListAll extends ApiCommand {
        @Option(names = "--account", paramLabel = "ID", description = "Only those of this account.")
        private @Nullable String account;

        @Option(names = "--name", paramLabel = "TEXT", description = "Only those with this in their id or name.")
        private @Nullable String name;

        @Override
        void run(AdminClient client) {
            Things.list(client, output, PATH, Arrays.asList("account", account, "name", name), TABLE, "No users.");
        }
    }

    @Command(name = "show", description = "Shows a user.")
    static final class Show extends OneThing {
        Show() {
            super(PATH);
        }
    }

    @Command(name = "update", description = "Changes name or policies of a user.")
    static final class Update extends ApiCommand {
        @Parameters(paramLabel = "ID")
        private String id = "";

        @Option(names = "--name", paramLabel = "NAME", description = "For people.")
        private @Nullable String name;

        @Option(
                names = "--policy",
                paramLabel = "LEVEL:INSTANCES",
                description = "Replaces all policies. " + POLICY_HELP)
        private @Nullable List<String> policies;

        @Option(names = "--no-policy", description = "Takes all policies away.")
        private boolean none;

        @Override
        void run(AdminClient client) {
            ObjectNode body = AdminClient.object();
            Things.put(body, "name", name);
            if (policies != null || none) {
                body.set("policies", policies(policies == null ? List.of() : policies));
            }
            JsonNode changed = client.patch(Things.path(PATH, id), body);
            output.print(changed, () -> "Changed user " + id + " (" + Things.policies(changed) + ").\n");
        }
    }

    @Command(name = "enable", description = "Lets the keys of a user be used again.")
    static final class Enable extends Switch {
        Enable() {
            super(PATH, "user", true);
        }
    }

    @Command(name = "disable", description = "No key of the user is accepted any more, within two seconds.")
    static final class Disable extends Switch {
        Disable() {
            super(PATH, "user", false);
        }
    }

    @Command(name = "delete", description = "Deletes a user with all its keys.")
    static final class Delete extends Deletion {
        Delete() {
            super(PATH, "user");
        }

        @Override
        String consequence(AdminClient client, String thing) {
            return " with all its keys";
        }
    }
}
