package io.millrace.runtime;

/** A process could not start; the message is one sentence for the operator. */
public final class ServiceStartException extends Exception {
    ServiceStartException(String message, Throwable cause) {
        super(message, cause);
    }
}
