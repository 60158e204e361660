package io.millrace.runtime.control;

/** A change could not be confirmed: it may or may not come into force. Making the same change again is harmless. */
public final class ControlPublishException extends RuntimeException {
    ControlPublishException(String message, Throwable cause) {
        super(message, cause);
    }
}
