package io.millrace.runtime.kafka;

import org.apache.kafka.common.errors.RetriableException;

/** A state of a cluster that is coming up, which passes. */
final class NotYetException extends RetriableException {
    NotYetException(String message) {
        super(message);
    }
}
