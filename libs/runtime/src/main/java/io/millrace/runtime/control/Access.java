package io.millrace.runtime.control;

/** What a caller wants to do with an instance. */
public enum Access {
    /** Remote write. */
    WRITE,
    /** Queries, remote read, status. */
    READ,
    /** Deleting data: for users who may write, read and administer. */
    ADMINISTER
}
