package io.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import picocli.CommandLine.Parameters;

/** A command that shows one thing. */
abstract class OneThing extends ApiCommand {
    @Parameters(paramLabel = "ID")
    private String id = "";

    private final String kind;

    OneThing(String kind) {
        this.kind = kind;
    }

    @Override
    void run(AdminClient client) {
        JsonNode thing = client.get(Things.path(kind, id));
        output.print(thing, () -> Sheet.render(thing));
    }
}
