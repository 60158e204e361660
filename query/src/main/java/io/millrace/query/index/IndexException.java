package io.millrace.query.index;

/** A selection that the index cannot answer within its bounds; the message is for the user. */
public final class IndexException extends RuntimeException {
    IndexException(String message) {
        super(message, null, false, false);
    }
}
