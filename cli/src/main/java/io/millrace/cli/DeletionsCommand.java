package io.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code millrace deletions}. */
@Command(
        name = "deletions",
        description =
                "What was deleted of an instance with delete-series; with an ID also of how many of its days the data is"
                        + " gone from the disk. Needs a key with the policy full on the instance.")
public final class DeletionsCommand extends ApiCommand {
    static final String PATH = "admin/tsdb/delete_series";

    private static final Table TABLE = new Table()
            .column("id", "id")
            .column("state", "state")
            .column("series", "match")
            .column("from", "start")
            .column("to", "end")
            .column("requested", "requested")
            .column("by", "requestedBy");

    @Parameters(index = "0", paramLabel = "INSTANCE")
    private String instance = "";

    @Parameters(index = "1", arity = "0..1", paramLabel = "ID")
    private @Nullable String id;

    @Override
    void run(AdminClient client) {
        JsonNode found = client.instance(instance, PATH + AdminClient.query(Arrays.asList("id", id)));
        output.print(
                found,
                () -> id == null
                        ? TABLE.render(found, "Nothing was deleted of " + instance + ".")
                        : Sheet.render(found));
    }
}
