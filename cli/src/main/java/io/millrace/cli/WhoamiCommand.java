package io.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import picocli.CommandLine.Command;

/** {@code millrace whoami}. */
@Command(name = "whoami", description = "Shows account, user and key that the commands use.")
public final class WhoamiCommand extends ApiCommand {
    @Override
    void run(AdminClient client) {
        JsonNode self = client.get("self");
        output.print(self, () -> Sheet.render(self));
    }
}
