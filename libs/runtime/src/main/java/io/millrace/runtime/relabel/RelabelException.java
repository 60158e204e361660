package io.millrace.runtime.relabel;

/** A rule cannot be used; the message says which rule, and why. */
public final class RelabelException extends Exception {
    RelabelException(String message) {
        super(message, null, false, false);
    }
}
