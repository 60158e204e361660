package io.millrace.standalone;

/** Finds the process that works on a data folder. Stateless. */
final class Running {

    private Running() {}

    /** @throws CommandException if none does */
    static RunFile.Run require(DataFolder folder) {
        if (!folder.isTaken()) {
            throw new CommandException("No Millrace runs in " + folder.root() + ": start it with 'bin/millrace up'.");
        }
        return folder.runFile()
                .read()
                .orElseThrow(() -> new CommandException(
                        "A Millrace in " + folder.root() + " is starting or stopping: try again in a few seconds."));
    }
}
