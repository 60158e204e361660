package io.millrace.query.http;

import io.millrace.runtime.control.Access;
import java.util.List;

/**
 * What stands at a path.
 *
 * @param name for metrics: the path without names that callers choose
 * @param methods allowed, OPTIONS not counted
 * @param weight how the answer is found
 * @param access what the caller must be allowed to do
 */
public record Route(String name, List<String> methods, Weight weight, Access access, Endpoint endpoint) {
    /** Where an endpoint runs. */
    public enum Weight {
        /** Reads data: waits for its turn in the {@link FairQueue}. */
        QUEUED,
        /** Needs next to nothing: runs at once. */
        IMMEDIATE
    }

    public Route {
        methods = List.copyOf(methods);
    }
}
