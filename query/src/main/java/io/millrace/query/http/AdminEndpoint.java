package io.millrace.query.http;

/** The admin API behind the transport. Thread-safe. */
public interface AdminEndpoint {
    /** Finds the answer, errors included; may block on Kafka. */
    ApiAnswer answer(AdminRequest request);

    /** The description of the API, which everybody may read; null for a path that is not it. */
    @org.jspecify.annotations.Nullable
    ApiAnswer description(String path);

    /** An error in the form of the admin API. */
    ApiAnswer error(int status, String reason, String message);
}
