package io.millrace.promql.testscript;

/** A script that cannot be read. */
public final class ScriptException extends RuntimeException {
    /** @param line from 1 */
    public ScriptException(int line, String message) {
        super("line " + line + ": " + message);
    }
}
