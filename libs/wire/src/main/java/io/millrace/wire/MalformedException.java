package io.millrace.wire;

/** Bytes that are not what their format says. The message says what was expected and where; it has no stack trace. */
public final class MalformedException extends RuntimeException {
    public MalformedException(String message) {
        super(message, null, false, false);
    }
}
