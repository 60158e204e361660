package io.millrace.processor.ha;

import org.jspecify.annotations.Nullable;

/**
 * Nobody can say who is elected, because the log of claims cannot be written or read. The batch must be processed again
 * later: deciding without the log would lose samples or store them twice.
 */
public final class HaUnavailableException extends RuntimeException {
    HaUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
