package io.millrace.runtime.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Entries of the audit trail as JSON: the values of the topic {@code audit}. */
public final class AuditJson {
    private static final int VERSION = 1;

    private AuditJson() {}

    /** The value of a record, UTF-8. */
    public static byte[] write(AuditEntry entry) {
        ObjectNode tree = ControlJson.MAPPER
                .createObjectNode()
                .put("v", VERSION)
                .put("at", entry.at().toString())
                .put("user", entry.userId())
                .put("key", entry.keyId())
                .put("address", entry.address())
                .put("action", entry.action())
                .put("target", entry.target());
        if (entry.before() != null) {
            tree.set("before", entry.before());
        }
        if (entry.after() != null) {
            tree.set("after", entry.after());
        }
        try {
            return ControlJson.MAPPER.writeValueAsBytes(tree);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an audit entry is always JSON", e);
        }
    }

    /** @throws ControlFormatException when it is not an entry of this version */
    public static AuditEntry read(byte[] value) throws ControlFormatException {
        try {
            JsonNode tree = ControlJson.MAPPER.readTree(value);
            if (tree.path("v").asInt() != VERSION) {
                throw new ControlFormatException("an audit entry has version " + tree.path("v"), null);
            }
            return new AuditEntry(
                    Instant.parse(tree.path("at").asText()),
                    tree.path("user").asText(),
                    tree.path("key").asText(),
                    tree.path("address").asText(),
                    tree.path("action").asText(),
                    tree.path("target").asText(),
                    objectOrNull(tree, "before"),
                    objectOrNull(tree, "after"));
        } catch (IOException | DateTimeException e) {
            throw new ControlFormatException("an audit entry cannot be read: " + e.getMessage(), e);
        }
    }

    private static @Nullable JsonNode objectOrNull(JsonNode tree, String field) {
        JsonNode node = tree.get(field);
        return node == null || node.isNull() ? null : node;
    }
}
