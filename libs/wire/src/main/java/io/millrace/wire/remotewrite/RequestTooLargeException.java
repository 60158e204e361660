package io.millrace.wire.remotewrite;

/** A request goes beyond {@link RequestLimits}. The message names value and limit; it has no stack trace. */
public final class RequestTooLargeException extends RuntimeException {
    RequestTooLargeException(String message) {
        super(message, null, false, false);
    }
}
