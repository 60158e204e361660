package io.millrace.query.http;

import io.millrace.runtime.control.Authentication.Authenticated;
import java.util.List;

/**
 * A request to the admin API whose caller is known; what the caller may do is still to be decided.
 *
 * @param address where it came from
 * @param segments of the path behind {@code /admin/v1/}
 */
public record AdminRequest(
        Authenticated caller,
        String address,
        String method,
        List<String> segments,
        Parameters parameters,
        byte[] body) {
    public AdminRequest {
        segments = List.copyOf(segments);
    }
}
