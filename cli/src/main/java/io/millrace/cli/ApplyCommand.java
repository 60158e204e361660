package io.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace apply}. */
@Command(
        name = "apply",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        description = {
            "Makes accounts, users, policies, instances, limits, retention and processing rules as a file says, in one"
                    + " transaction: all of it, or nothing.",
            "What the file lists it says as a whole: a field that is missing has its default. What it does not list stays"
                    + " as it is, unless --prune. Doing it twice changes nothing the second time. Secrets are neither in"
                    + " the file nor changed.",
            "'millrace export' writes such a file."
        },
        descriptionHeading = "%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExample of a file:%n",
        footer = {
            "  version: 1",
            "  accounts:",
            "    - id: acme",
            "      instances:",
            "        - {id: acme-prod, retentionDays: 90, limits: {maxActiveSeries: 2000000}}",
            "      users:",
            "        - {id: acme-agent, policies: [{level: write, instances: [acme-prod]}]}"
        })
public final class ApplyCommand implements Callable<Integer> {
    private static final int DIFFERENT = 4;

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            required = true,
            description = "The file; - for standard input.")
    private Path file = Path.of("-");

    @Option(names = "--dry-run", description = "Only shows what would change.")
    private boolean dryRun;

    @Option(
            names = "--exit-code",
            description = "With --dry-run: ends with " + DIFFERENT + " when something would change.")
    private boolean exitCode;

    @Option(
            names = "--prune",
            description = "Also deletes users and instances of the accounts in the file that are not in it themselves.")
    private boolean prune;

    @Option(
            names = "--create-missing-keys",
            paramLabel = "FILE",
            description = "Also makes an AccessKey for each enabled user in the file that has none which is accepted,"
                    + " and writes ids and secrets into this new file, readable by you only.")
    private @Nullable Path keys;

    @Mixin
    private final Confirmation confirmation = new Confirmation();

    @Mixin
    private final Output output = new Output();

    @ArgGroup(exclusive = false, heading = Connection.HEADING)
    private Connection connection = new Connection();

    @Override
    public Integer call() {
        Yaml yaml = DocumentFile.read(file);
        if (keys != null && Files.exists(keys)) {
            throw new CliException(
                    CliException.WRONG_USE, "The file " + keys + " exists already: name a new one for keys.");
        }
        AdminClient client = connection.connect();
        JsonNode plan = send(client, yaml, true);
        boolean same = plan.path("changes").isEmpty() && plan.path("keys").isEmpty();
        if (dryRun || same) {
            output.print(plan, () -> text(plan, same));
            return exitCode && !same ? DIFFERENT : 0;
        }
        if (deletes(plan)) {
            if (output.forPeople()) {
                System.out.print(Difference.render(plan.path("changes"), Ansi.AUTO));
            }
            confirmation.require("Things are deleted. Go on?");
        }
        JsonNode done = send(client, yaml, false);
        writeKeys(done.path("keys"));
        output.print(done, () -> text(done, false));
        return 0;
    }

    private JsonNode send(AdminClient client, Yaml yaml, boolean rehearse) {
        try {
            return client.post(
                    "apply"
                            + AdminClient.query(Arrays.asList(
                                    "dryRun", rehearse, "prune", prune, "createMissingKeys", keys != null)),
                    yaml.root());
        } catch (InvalidBodyException e) {
            throw DocumentFile.located(yaml, e);
        }
    }

    private static boolean deletes(JsonNode plan) {
        for (JsonNode change : plan.path("changes")) {
            String action = change.path("action").asText();
            if (action.equals("user.delete") || action.equals("instance.delete")) {
                return true;
            }
        }
        return false;
    }

    private String text(JsonNode answer, boolean same) {
        if (same) {
            return "Everything is as " + file + " says.\n";
        }
        StringBuilder text = new StringBuilder(Difference.render(answer.path("changes"), Ansi.AUTO));
        for (JsonNode key : answer.path("keys")) {
            text.append(Ansi.AUTO.string("@|green + key|@"))
                    .append(" for user ")
                    .append(key.path("userId").asText())
                    .append('\n');
        }
        boolean rehearsed = answer.path("dryRun").asBoolean();
        return text.append('\n')
                .append(rehearsed ? "Would be: " : "Done: ")
                .append(Difference.count(
                        answer.path("changes"), answer.path("keys").size()))
                .append(rehearsed ? ". Nothing was changed.\n" : ".\n")
                .append(rehearsed || keys == null || answer.path("keys").isEmpty() ? "" : "Keys are in " + keys + ".\n")
                .toString();
    }

    /** The secrets go into the file before anything is printed; it must be new, so that none is overwritten. */
    private void writeKeys(JsonNode made) {
        if (keys == null || made.isEmpty()) {
            return;
        }
        StringBuilder lines =
                new StringBuilder("# user, AccessKey id, AccessKey secret; only hashes are kept elsewhere\n");
        for (JsonNode key : made) {
            lines.append(key.path("userId").asText())
                    .append(' ')
                    .append(key.path("id").asText())
                    .append(' ')
                    .append(key.path("secret").asText())
                    .append('\n');
        }
        try {
            Files.createFile(keys, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(keys, lines);
        } catch (FileAlreadyExistsException e) {
            throw lost("it exists already");
        } catch (IOException e) {
            throw lost(e.toString());
        }
    }

    private CliException lost(String why) {
        return new CliException(
                CliException.FAILED,
                "Everything was applied, but " + keys + " cannot be written (" + why
                        + "): the new secrets are lost. Make others with 'millrace key create'.");
    }
}
