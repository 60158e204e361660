package io.millrace.embedded;

/** A child process that could not be started, did not get ready, or could not be signalled; the text says what to do. */
public final class NodeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NodeException(String message) {
        super(message);
    }

    NodeException(String message, Throwable cause) {
        super(message, cause);
    }
}
