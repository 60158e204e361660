package io.millrace.standalone;

import io.millrace.cli.AccountCommand;
import io.millrace.cli.ApplyCommand;
import io.millrace.cli.AuditCommand;
import io.millrace.cli.CliException;
import io.millrace.cli.DeleteSeriesCommand;
import io.millrace.cli.DeletionsCommand;
import io.millrace.cli.ExportCommand;
import io.millrace.cli.InstanceCommand;
import io.millrace.cli.KeyCommand;
import io.millrace.cli.LimitsCommand;
import io.millrace.cli.ProcessingCommand;
import io.millrace.cli.RejectionsCommand;
import io.millrace.cli.UsageCommand;
import io.millrace.cli.UserCommand;
import io.millrace.cli.WhoamiCommand;
import io.millrace.runtime.BuildInfo;
import io.millrace.runtime.config.ConfigurationException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/**
 * The command {@code millrace}. Exit codes: 0 done, 1 it could not be done (one sentence on standard error says why), 2
 * wrong arguments or configuration, 3 there is no such thing (from {@code status}: nothing runs), 4 from {@code apply
 * --dry-run --exit-code} when something would change.
 */
@Command(
        name = "millrace",
        mixinStandardHelpOptions = true,
        versionProvider = MillraceMain.Version.class,
        description = "A remote-write store for Prometheus: everything on this machine, with one command.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            UpCommand.class,
            DownCommand.class,
            StatusCommand.class,
            LogsCommand.class,
            AccountCommand.class,
            UserCommand.class,
            KeyCommand.class,
            VerifyStoreCommand.class,
            ReplayCommand.class,
            InstanceCommand.class,
            LimitsCommand.class,
            ProcessingCommand.class,
            ApplyCommand.class,
            ExportCommand.class,
            AuditCommand.class,
            RejectionsCommand.class,
            DeleteSeriesCommand.class,
            DeletionsCommand.class,
            UsageCommand.class,
            WhoamiCommand.class,
            CommandLine.HelpCommand.class
        })
public final class MillraceMain {

    private static final int FAILED = 1;
    private static final int WRONG_USE = 2;

    private MillraceMain() {}

    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    /** Runs one command; returns its exit code. */
    static int run(String... arguments) {
        // The services' jars have one of their own, for processes that log to the terminal.
        System.setProperty("logback.configurationFile", "standalone-logback.xml");
        CommandLine commandLine = new CommandLine(new MillraceMain());
        commandLine.setUsageHelpAutoWidth(true);
        commandLine.setExecutionExceptionHandler((exception, command, result) -> {
            if (exception instanceof CommandException) {
                return complain(exception.getMessage(), FAILED);
            }
            if (exception instanceof CliException failure) {
                return complain(failure.getMessage(), failure.exitCode());
            }
            if (exception instanceof ConfigurationException) {
                return complain(exception.getMessage(), WRONG_USE);
            }
            throw exception;
        });
        if (arguments.length == 0) {
            commandLine.usage(System.out);
            return WRONG_USE;
        }
        return commandLine.execute(arguments);
    }

    private static int complain(@Nullable String message, int exitCode) {
        System.err.println("millrace: " + message);
        return exitCode;
    }

    /** What {@code --version} prints. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"millrace " + BuildInfo.version()};
        }
    }
}
