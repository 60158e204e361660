package io.millrace.processor.progress;

import org.jspecify.annotations.Nullable;

/**
 * The broker does not say what stands in {@code received}, so nobody knows whether a record was processed already. It must
 * be asked again later: a guess would lose samples or count them twice.
 */
public final class ReceivedUnavailableException extends RuntimeException {
    ReceivedUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
