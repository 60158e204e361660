package io.millrace.standalone;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millrace down}. */
@Command(name = "down", mixinStandardHelpOptions = true, description = "Stops a running Millrace; all data is flushed.")
final class DownCommand implements Callable<Integer> {

    /** Above the sum of what the services and nodes take at worst before they are killed. */
    private static final Duration TIMEOUT = Duration.ofMinutes(5);

    @Mixin
    private DataOption data = new DataOption();

    @Override
    public Integer call() throws Exception {
        DataFolder folder = data.folder();
        RunFile.Run run = Running.require(folder);
        ProcessHandle process = ProcessHandle.of(run.pid())
                .orElseThrow(() -> new CommandException("Process " + run.pid()
                        + " is gone, but something still works on " + folder.root() + ": try again in a few seconds."));
        Progress progress = new Progress(System.out);
        long start = System.nanoTime();
        progress.say("Stopping Millrace in " + folder.root() + " (process " + run.pid() + ")");
        if (!process.destroy()) {
            throw new CommandException("Process " + run.pid() + " cannot be stopped: it belongs to another user.");
        }
        try {
            process.onExit().get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new CommandException(
                    "Process " + run.pid() + " has not ended after " + TIMEOUT.toMinutes() + " minutes: see "
                            + folder.logs() + ".",
                    e);
        }
        progress.done("stopped", start);
        return 0;
    }
}
