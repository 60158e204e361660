package io.millrace.query.admin;

/** A thing that is not there, or that the caller may not know of. */
final class NotThere extends RuntimeException {
    private NotThere(String message) {
        super(message, null, false, false);
    }

    static NotThere of(String kind, String id) {
        return new NotThere("there is no " + kind + " '" + id + "'");
    }
}
