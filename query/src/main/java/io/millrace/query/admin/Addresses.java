package io.millrace.query.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.runtime.control.Instance;
import java.util.Optional;

/**
 * Under which addresses people reach gateway and query API: bases such as {@code https://write.example.org}, without a
 * slash at the end; empty when nobody configured them. Immutable.
 *
 * @param writeInternet the gateway as senders on the Internet see it
 * @param writeInternal the gateway as senders in the own network see it
 * @param queryInternet this service likewise
 * @param queryInternal this service likewise
 */
public record Addresses(
        Optional<String> writeInternet,
        Optional<String> writeInternal,
        Optional<String> queryInternet,
        Optional<String> queryInternal) {

    /** Paths always, whole addresses as far as they are known. */
    void addTo(ObjectNode shown, Instance instance) {
        String base = "/prometheus/" + instance.id();
        shown.putObject("paths")
                .put("write", base + "/api/v1/write")
                .put("read", base + "/api/v1/read")
                .put("query", base);
        ObjectNode addresses = shown.putObject("addresses");
        put(addresses.putObject("internet"), writeInternet, queryInternet, base);
        put(addresses.putObject("internal"), writeInternal, queryInternal, base);
    }

    private static void put(ObjectNode node, Optional<String> write, Optional<String> query, String base) {
        node.put("write", write.map(address -> address + base + "/api/v1/write").orElse(null));
        node.put("read", query.map(address -> address + base + "/api/v1/read").orElse(null));
        node.put("query", query.map(address -> address + base).orElse(null));
    }
}
