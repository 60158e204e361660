package io.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace key}. */
@Command(
        name = "key",
        mixinStandardHelpOptions = true,
        description = "AccessKeys: what senders and readers log in with. A secret is shown once, when it is made.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            KeyCommand.Create.class,
            KeyCommand.ListAll.class,
            KeyCommand.Show.class,
            KeyCommand.Update.class,
            KeyCommand.Rotate.class,
            KeyCommand.Enable.class,
            KeyCommand.Disable.class,
            KeyCommand.Delete.class
        })
public final class KeyCommand {
    private static final String PATH = "keys";

    private static final Table TABLE = new Table()
            .column("id", "id")
            .column("user", "userId")
            .column("state", Things::state)
            .column("expires", item -> item.hasNonNull("expires") ? Text.of(item.get("expires")) : "never")
            .column("last used", KeyCommand::lastUsed)
            .column("created", "created");

    private static String lastUsed(JsonNode key) {
        if (!key.hasNonNull("lastUsed")) {
            return "never";
        }
        return Text.age(key.path("lastUsed").asText(), Instant.now()) + " from "
                + key.path("lastUsedFrom").asText();
    }

    private static String shownOnce(JsonNode key) {
        return "AccessKey id      " + key.path("id").asText() + "\nAccessKey secret  "
                + key.path("secret").asText() + "   (shown this once: only its hash is kept)\n";
    }

    @Command(
            name = "create",
            description = "Makes an AccessKey and shows its secret, once. Other keys stay as they are.")
    static final class Create extends ApiCommand {
        @Option(
                names = "--user",
                paramLabel = "ID",
                defaultValue = "admin",
                description = "Whom the key acts as (default: admin).")
        private String user = "admin";

        @Option(
                names = "--expires",
                paramLabel = "TIME",
                description = "From when on it is not accepted, such as 2030-01-31T12:00:00Z (default: never).")
        private @Nullable String expires;

        @Override
        void run(AdminClient client) {
            ObjectNode body = AdminClient.object().put("userId", user);
            Things.put(body, "expires", expires);
            JsonNode made = client.post(PATH, body);
            output.print(made, () -> shownOnce(made));
        }
    }

    @Command(name = "list", description = "Lists AccessKeys with their last use.")
    static final class ListAll extends ApiCommand {
        @Option(names = "--user", paramLabel = "ID", description = "Only those of this user.")
        private @Nullable String user;

        @Option(names = "--account", paramLabel = "ID", description = "Only those of users of this account.")
        private @Nullable String account;

        @Override
        void run(AdminClient client) {
            Things.list(client, output, PATH, Arrays.asList("user", user, "account", account), TABLE, "No keys.");
        }
    }

    @Command(name = "show", description = "Shows an AccessKey; not its secret, which nobody has.")
    static final class Show extends OneThing {
        Show() {
            super(PATH);
        }
    }

    @Command(name = "update", description = "Sets or removes the expiry of an AccessKey.")
    static final class Update extends ApiCommand {
        @Parameters(paramLabel = "ID")
        private String id = "";

        @Option(
                names = "--expires",
                paramLabel = "TIME",
                required = true,
                description = "From when on it is not accepted, such as 2030-01-31T12:00:00Z; or never.")
        private String expires = "";

        @Override
        void run(AdminClient client) {
            ObjectNode body = AdminClient.object().put("expires", expires.equals("never") ? null : expires);
            JsonNode changed = client.patch(Things.path(PATH, id), body);
            output.print(changed, () -> "Key " + id + " expires: " + expires + ".\n");
        }
    }

    @Command(
            name = "rotate",
            description = "Makes a second key of the same user; the first expires after the grace."
                    + " Senders change over in between, and no sample is lost.")
    static final class Rotate extends ApiCommand {
        @Parameters(paramLabel = "ID", description = "The key to replace.")
        private String id = "";

        @Option(
                names = "--grace",
                paramLabel = "DURATION",
                defaultValue = "1d",
                description = "How long the first is still accepted, 0s to 90d (default: 1d).")
        private String grace = "1d";

        @Override
        void run(AdminClient client) {
            JsonNode made = client.post(
                    Things.path(PATH, id) + "/rotate", AdminClient.object().put("grace", grace));
            output.print(
                    made,
                    () -> shownOnce(made) + "\nKey " + id + " is accepted for another " + grace
                            + ". 'millrace key list' shows whether somebody still uses it.\n");
        }
    }

    @Command(name = "enable", description = "Lets an AccessKey be used again.")
    static final class Enable extends Switch {
        Enable() {
            super(PATH, "key", true);
        }
    }

    @Command(name = "disable", description = "The AccessKey is not accepted any more, within two seconds.")
    static final class Disable extends Switch {
        Disable() {
            super(PATH, "key", false);
        }
    }

    @Command(name = "delete", description = "Deletes an AccessKey.")
    static final class Delete extends Deletion {
        Delete() {
            super(PATH, "key");
        }

        @Override
        String consequence(AdminClient client, String thing) {
            JsonNode key = client.get(Things.path(PATH, thing));
            return " of user " + key.path("userId").asText() + ", last used " + lastUsed(key);
        }
    }
}
