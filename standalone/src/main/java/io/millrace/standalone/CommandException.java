package io.millrace.standalone;

import org.jspecify.annotations.Nullable;

/** Why a command cannot do what it was asked for: one clear sentence for the person at the terminal. */
final class CommandException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    CommandException(String message) {
        super(message);
    }

    CommandException(@Nullable String message, Throwable cause) {
        super(message, cause);
    }
}
