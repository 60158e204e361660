package io.millrace.storage.cassandra;

/** The schema cannot be used; the message says why and what to do. Starting again does not help by itself. */
public final class SchemaException extends RuntimeException {
    SchemaException(String message) {
        super(message);
    }
}
