package io.millrace.runtime.control;

/** One thing in the topic {@code control}. Immutable. */
public sealed interface ControlRecord permits Account, User, AccessKey, Instance, ProcessingRules {
    /** The key of the record in the topic. */
    ControlKey key();
}
