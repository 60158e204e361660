package io.millrace.query.http;

/** An error answer of the Prometheus API. The message is for the caller. */
public final class ApiException extends RuntimeException {
    private final String errorType;
    private final int status;

    private ApiException(String errorType, int status, String message) {
        super(message, null, false, false);
        this.errorType = errorType;
        this.status = status;
    }

    public static ApiException badData(String message) {
        return new ApiException("bad_data", 400, message);
    }

    /** In Prometheus' words: {@code invalid parameter "step": ...}. */
    public static ApiException invalidParameter(String parameter, String message) {
        return badData("invalid parameter \"" + parameter + "\": " + message);
    }

    public static ApiException execution(String message) {
        return new ApiException("execution", 422, message);
    }

    public static ApiException timeout(String message) {
        return new ApiException("timeout", 503, message);
    }

    public static ApiException internal(String message) {
        return new ApiException("internal", 500, message);
    }

    public static ApiException notFound(String message) {
        return new ApiException("not_found", 404, message);
    }

    public static ApiException notAcceptable(String message) {
        return new ApiException("not_acceptable", 406, message);
    }

    public static ApiException tooManyRequests(String message) {
        return new ApiException("too_many_requests", 429, message);
    }

    public static ApiException unavailable(String message) {
        return new ApiException("unavailable", 503, message);
    }

    public static ApiException of(String errorType, int status, String message) {
        return new ApiException(errorType, status, message);
    }

    /** As the field {@code errorType} of the answer. */
    public String errorType() {
        return errorType;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** Never null. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
