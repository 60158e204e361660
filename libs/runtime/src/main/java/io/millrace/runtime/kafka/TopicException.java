package io.millrace.runtime.kafka;

import org.jspecify.annotations.Nullable;

/** The topics cannot be used as they are, or the broker does not answer; the message says what to do. */
public final class TopicException extends RuntimeException {
    TopicException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
