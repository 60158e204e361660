package io.millrace.runtime.control;

import java.util.Locale;

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
        INSTANCE,
        PROCESSING;

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** @throws ControlFormatException when the text is not {@code kind/id} with a kind that is known */
    static ControlKey parse(String text) throws ControlFormatException {
        int slash = text.indexOf('/');
        for (Kind kind : Kind.values()) {
            if (slash > 0
                    && slash < text.length() - 1
                    && text.substring(0, slash).equals(kind.text())) {
                return new ControlKey(kind, text.substring(slash + 1));
            }
        }
        throw new ControlFormatException("unknown key '" + text + "'", null);
    }

    /** The key as it stands in the topic: {@code instance/prod}. */
    @Override
    public String toString() {
        return kind.text() + "/" + id;
    }
}
