package io.millrace.gateway.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.wire.remotewrite.MessageType;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** Counts answers by protocol and status. Thread-safe. */
final class RequestMetrics {
    private final MeterRegistry registry;
    private final ConcurrentMap<String, Counter> counters = new ConcurrentHashMap<>();

    RequestMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /** @param type null when the request did not come as far as the content type */
    void answered(@Nullable MessageType type, int status) {
        count(protocol(type), Integer.toString(status));
    }

    /** The sender went away or was too slow: there was no answer. */
    void cutOff(@Nullable MessageType type) {
        count(protocol(type), "none");
    }

    private void count(String protocol, String status) {
        counters.computeIfAbsent(
                        protocol + status,
                        absent -> Counter.builder("millrace.gateway.requests")
                                .description("Requests by remote write version and status of the answer")
                                .tag("protocol", protocol)
                                .tag("status", status)
                                .register(registry))
                .increment();
    }

    private static String protocol(@Nullable MessageType type) {
        if (type == null) {
            return "none";
        }
        return switch (type) {
            case WRITE_REQUEST_V1 -> "1.0";
            case REQUEST_V2 -> "2.0";
        };
    }
}
