package io.millrace.runtime.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;

/**
 * When and from where an access key was used last: a value of the topic {@code key-uses}, whose key is the id of the
 * access key.
 *
 * @param at to the second
 * @param address of the caller
 */
public record KeyUse(Instant at, String address) {
    private static final int VERSION = 1;

    byte[] toJson() {
        try {
            return ControlJson.MAPPER.writeValueAsBytes(ControlJson.MAPPER
                    .createObjectNode()
                    .put("v", VERSION)
                    .put("at", at.toString())
                    .put("address", address));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a use of a key is always JSON", e);
        }
    }

    static KeyUse read(byte[] json) throws ControlFormatException {
        try {
            JsonNode tree = ControlJson.MAPPER.readTree(json);
            if (tree.path("v").asInt() != VERSION) {
                throw new ControlFormatException("a use of a key has version " + tree.path("v"), null);
            }
            return new KeyUse(
                    Instant.parse(tree.path("at").asText()),
                    tree.path("address").asText());
        } catch (IOException | DateTimeException e) {
            throw new ControlFormatException("a use of a key cannot be read: " + e.getMessage(), e);
        }
    }
}
