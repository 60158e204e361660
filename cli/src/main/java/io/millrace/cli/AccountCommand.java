package io.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace account}. */
@Command(
        name = "account",
        mixinStandardHelpOptions = true,
        description = "Accounts: who owns instances and users. Making and changing them is for operators.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            AccountCommand.Create.class,
            AccountCommand.ListAll.class,
            AccountCommand.Show.class,
            AccountCommand.Update.class,
            AccountCommand.Enable.class,
            AccountCommand.Disable.class,
            AccountCommand.Delete.class
        })
public final class AccountCommand {
    private static final String PATH = "accounts";

    private static final Table TABLE = new Table()
            .column("id", "id")
            .column("name", "name")
            .column("state", Things::state)
            .column("operator", item -> item.path("operator").asBoolean() ? "yes" : "-")
            .column("created", "created");

    @Command(name = "create", description = "Makes an account.")
    static final class Create extends ApiCommand {
        @Parameters(paramLabel = "ID", description = "1 to 64 of a-z, 0-9 and '-'.")
        private String id = "";

        @Option(names = "--name", paramLabel = "NAME", description = "For people (default: the id).")
        private @Nullable String name;

        @Override
        void run(AdminClient client) {
            ObjectNode body = AdminClient.object().put("id", id);
            Things.put(body, "name", name);
            JsonNode made = client.post(PATH, body);
            output.print(made, () -> "Made account " + id + ".\n");
        }
    }

    @Command(name = "list", description = "Lists accounts.")
    static final class ListAll extends ApiCommand {
        @Option(names = "--name", paramLabel = "TEXT", description = "Only those with this in their id or name.")
        private @Nullable String name;

        @Override
        void run(AdminClient client) {
            Things.list(client, output, PATH, java.util.Arrays.asList("name", name), TABLE, "No accounts.");
        }
    }

    @Command(name = "show", description = "Shows an account.")
    static final class Show extends OneThing {
        Show() {
            super(PATH);
        }
    }

    @Command(name = "update", description = "Changes the name of an account.")
    static final class Update extends ApiCommand {
        @Parameters(paramLabel = "ID")
        private String id = "";

        @Option(names = "--name", paramLabel = "NAME", required = true, description = "For people.")
        private String name = "";

        @Override
        void run(AdminClient client) {
            JsonNode changed =
                    client.patch(Things.path(PATH, id), AdminClient.object().put("name", name));
            output.print(changed, () -> "Changed account " + id + ".\n");
        }
    }

    @Command(name = "enable", description = "Lets the keys of an account be used again.")
    static final class Enable extends Switch {
        Enable() {
            super(PATH, "account", true);
        }
    }

    @Command(name = "disable", description = "No key of the account is accepted any more, within two seconds.")
    static final class Disable extends Switch {
        Disable() {
            super(PATH, "account", false);
        }
    }

    @Command(name = "delete", description = "Deletes an account that has no users and no instances.")
    static final class Delete extends Deletion {
        Delete() {
            super(PATH, "account");
        }
    }
}
