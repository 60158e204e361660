package io.millrace.query.http;

import io.millrace.runtime.control.FailedAttempts;
import io.millrace.runtime.control.KeyUses;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.eclipse.jetty.server.Request;

/**
 * What is remembered about callers: who failed to authenticate too often, and when keys were used last.
 *
 * @param failures asked only after an attempt failed, so it never keeps out a valid key
 */
public record Callers(FailedAttempts failures, KeyUses uses) {

    static InetAddress address(Request request) {
        SocketAddress remote = request.getConnectionMetaData().getRemoteSocketAddress();
        return remote instanceof InetSocketAddress inet && inet.getAddress() != null
                ? inet.getAddress()
                : InetAddress.getLoopbackAddress();
    }

    void accepted(String keyId, Request request) {
        uses.note(keyId, address(request).getHostAddress());
    }

    /** 0 to answer 401, otherwise the seconds for {@code Retry-After} of a 429. */
    int failed(String keyId, Request request) {
        return failures.failed(address(request), keyId);
    }
}
