package io.millrace.cli;

/** Why a command did not do what it was asked for: what, where, and what to do, for the person at the terminal. */
public class CliException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** It could not be done, or was refused. */
    public static final int FAILED = 1;

    /** Wrong arguments, or a file that cannot be used. */
    public static final int WRONG_USE = 2;

    /** There is no such thing. */
    public static final int NOT_FOUND = 3;

    private final int exitCode;

    CliException(int exitCode, String message) {
        super(message, null, false, false);
        this.exitCode = exitCode;
    }

    /** What the process ends with. */
    public int exitCode() {
        return exitCode;
    }
}
