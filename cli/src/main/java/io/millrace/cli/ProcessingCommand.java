package io.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace processing}. */
@Command(
        name = "processing",
        mixinStandardHelpOptions = true,
        description = "What is done with the series of an instance before they are stored:"
                + " dropped metrics, relabelling, long values, replicas.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {ProcessingCommand.Show.class, ProcessingCommand.Update.class, ProcessingCommand.Delete.class})
public final class ProcessingCommand {
    private static String path(String instance) {
        return Things.path("instances", instance) + "/processing";
    }

    @Command(name = "show", description = "Shows the rules of an instance, as 'update -f' takes them.")
    static final class Show extends ApiCommand {
        @Parameters(paramLabel = "INSTANCE")
        private String id = "";

        @Override
        void run(AdminClient client) {
            JsonNode rules = client.get(path(id));
            output.print(rules, () -> Yaml.write(rules));
        }
    }

    @Command(name = "update", description = "Replaces the rules of an instance; what makes no sense is refused.")
    static final class Update extends ApiCommand {
        @Parameters(paramLabel = "INSTANCE")
        private String id = "";

        @Option(
                names = {"-f", "--file"},
                paramLabel = "FILE",
                required = true,
                description = "YAML with dropMetrics, relabel, longValues, ha; - for standard input.")
        private Path file = Path.of("-");

        @Override
        void run(AdminClient client) {
            Yaml yaml = DocumentFile.read(file);
            try {
                JsonNode rules = client.put(path(id), yaml.root());
                output.print(rules, () -> "Series of " + id + " are processed by these rules from now on.\n");
            } catch (InvalidBodyException e) {
                throw DocumentFile.located(yaml, e);
            }
        }
    }

    @Command(name = "delete", description = "Removes the rules: series are stored as they come.")
    static final class Delete extends ApiCommand {
        @Parameters(paramLabel = "INSTANCE")
        private String id = "";

        @Mixin
        private final Confirmation confirmation = new Confirmation();

        @Override
        void run(AdminClient client) {
            confirmation.require("Remove all processing rules of " + id + "?");
            client.delete(path(id));
            say("Series of " + id + " are stored as they come.");
        }
    }
}
