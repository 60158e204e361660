package io.millrace.runtime.control;

import org.jspecify.annotations.Nullable;

/** A record of the topic {@code control} cannot be understood; the message says what is wrong with it. */
public final class ControlFormatException extends Exception {
    ControlFormatException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
