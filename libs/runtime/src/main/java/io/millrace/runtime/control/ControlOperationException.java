package io.millrace.runtime.control;

/** An operation on control records is refused; the message says why and what would be right. */
public final class ControlOperationException extends Exception {
    /** The sort of refusal; an API answers with its status. */
    public enum Reason {
        /** A value is not allowed: 400. */
        INVALID(400),
        /** The actor may not do it: 403. */
        FORBIDDEN(403),
        /** There is no such thing, or the actor may not know of it: 404. */
        NOT_FOUND(404),
        /** It exists already, or is still in use: 409. */
        CONFLICT(409);

        private final int status;

        Reason(int status) {
            this.status = status;
        }

        /** The HTTP status. */
        public int status() {
            return status;
        }
    }

    private final Reason reason;

    ControlOperationException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
