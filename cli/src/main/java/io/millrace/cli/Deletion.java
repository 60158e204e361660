package io.millrace.cli;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** A command that deletes one thing, after a question. */
abstract class Deletion extends ApiCommand {
    @Parameters(paramLabel = "ID")
    private String id = "";

    @Mixin
    private final Confirmation confirmation = new Confirmation();

    private final String kind;
    private final String noun;

    Deletion(String kind, String noun) {
        this.kind = kind;
        this.noun = noun;
    }

    /** What goes with it, in words that follow "Delete noun id"; empty when nothing does. */
    String consequence(AdminClient client, String thing) {
        return "";
    }

    @Override
    void run(AdminClient client) {
        confirmation.require("Delete " + noun + " " + id + consequence(client, id) + "?");
        client.delete(Things.path(kind, id));
        say("Deleted " + noun + " " + id + ".");
    }
}
