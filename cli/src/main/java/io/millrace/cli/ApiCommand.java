package io.millrace.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** What all commands on the admin API have: which Millrace, and how to print. For one thread. */
@Command(
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n",
        descriptionHeading = "%n")
abstract class ApiCommand implements Callable<Integer> {
    @Mixin
    final Output output = new Output();

    @ArgGroup(exclusive = false, heading = Connection.HEADING)
    private Connection connection = new Connection();

    /** Does it; what goes wrong is thrown. */
    abstract void run(AdminClient client);

    @Override
    public Integer call() {
        run(connection.connect());
        return 0;
    }

    /** A line for people; nothing for programs. */
    final void say(String line) {
        if (output.forPeople()) {
            System.out.println(line);
        }
    }
}
