package io.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code millrace export}. */
@Command(
        name = "export",
        description =
                "Writes accounts with users, instances and rules as a file for 'millrace apply', which then changes"
                        + " nothing. Keys and secrets are not in it.")
public final class ExportCommand extends ApiCommand {
    @Option(names = "--account", paramLabel = "ID", description = "Only this account; may be repeated.")
    private List<String> accounts = List.of();

    @Override
    void run(AdminClient client) {
        JsonNode document = client.get("export" + AdminClient.query(Arrays.asList("account", accounts)));
        output.print(document, () -> Yaml.write(document));
    }
}
