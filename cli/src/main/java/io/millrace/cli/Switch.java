package io.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import picocli.CommandLine.Parameters;

/** A command that enables or disables one thing. */
abstract class Switch extends ApiCommand {
    @Parameters(paramLabel = "ID")
    private String id = "";

    private final String kind;
    private final String noun;
    private final boolean on;

    Switch(String kind, String noun, boolean on) {
        this.kind = kind;
        this.noun = noun;
        this.on = on;
    }

    @Override
    void run(AdminClient client) {
        JsonNode changed =
                client.patch(Things.path(kind, id), AdminClient.object().put("enabled", on));
        output.print(changed, () -> (on ? "Enabled " : "Disabled ") + noun + " " + id + ".\n");
    }
}
