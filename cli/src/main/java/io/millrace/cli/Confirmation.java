package io.millrace.cli;

import java.io.Console;
import picocli.CommandLine.Option;

/** Asks before something is gone for good. For one thread. */
final class Confirmation {
    @Option(
            names = {"-y", "--yes"},
            description = "Does not ask.")
    private boolean yes;

    /** @throws CliException when the answer is no, or there is nobody to ask */
    void require(String question) {
        if (yes) {
            return;
        }
        Console console = System.console();
        if (console == null) {
            throw new CliException(
                    CliException.WRONG_USE, question + " Nobody is at the terminal to say so: add --yes.");
        }
        String answer = console.readLine("%s [y/N] ", question);
        if (answer == null || !answer.trim().matches("(?i)y|yes")) {
            throw new CliException(CliException.FAILED, "Nothing was changed.");
        }
    }
}
