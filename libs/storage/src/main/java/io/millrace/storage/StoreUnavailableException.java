package io.millrace.storage;

/** The store cannot answer now; the same call may succeed later. The message names what was tried and what failed. */
public final class StoreUnavailableException extends RuntimeException {
    public StoreUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
