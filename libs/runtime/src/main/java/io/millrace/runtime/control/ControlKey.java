package io.millrace.runtime.control;

/**
 * What a record of the topic {@code control} is about.
 *
 * @param kind which sort of thing
 * @param id its id, unique within the kind
 */
public record ControlKey(Kind kind, String id) {
    /** The sorts of things in the topic; the name in lower case begins the record's key. */
    public enum Kind {
        ACCOUNT,
        USER,
        KEY,
        INSTANCE
    }
}
