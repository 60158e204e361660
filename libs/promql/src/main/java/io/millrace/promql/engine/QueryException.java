package io.millrace.promql.engine;

/** A query that cannot be answered. The message is for the user, in Prometheus' words where it has some. */
public final class QueryException extends RuntimeException {
    /** The {@code errorType} of the HTTP API, with its status. */
    public enum Kind {
        BAD_DATA("bad_data", 400),
        EXECUTION("execution", 422),
        TIMEOUT("timeout", 503),
        CANCELED("canceled", 499),
        INTERNAL("internal", 500);

        private final String errorType;
        private final int status;

        Kind(String errorType, int status) {
            this.errorType = errorType;
            this.status = status;
        }

        public String errorType() {
            return errorType;
        }

        public int status() {
            return status;
        }
    }

    private final Kind kind;

    public QueryException(Kind kind, String message) {
        super(message, null, false, false);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
