package io.millrace.writer.chunk;

/** Where a sample went. */
public enum Appended {
    IN_ORDER,
    OUT_OF_ORDER,
    DUPLICATE
}
