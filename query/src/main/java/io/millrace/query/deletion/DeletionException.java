package io.millrace.query.deletion;

/** A deletion that did not come into force. The message is for the caller, who may try again. */
public final class DeletionException extends RuntimeException {
    /** Whether it is the request and not the state of the system. */
    private final boolean refused;

    DeletionException(String message, boolean refused) {
        super(message);
        this.refused = refused;
    }

    DeletionException(String message, Throwable cause) {
        super(message, cause);
        this.refused = false;
    }

    public boolean isRefused() {
        return refused;
    }
}
