package io.millrace.query.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.runtime.control.ControlFormatException;
import io.millrace.runtime.control.ControlJson;
import io.millrace.runtime.control.ControlKey;
import io.millrace.runtime.control.ControlRecord;
import java.io.IOException;
import java.util.Iterator;
import java.util.Set;

/**
 * The JSON of the admin API, which is that of the control records without version and hash: so a field means the same in
 * both, and values are checked by the same code.
 */
final class Fields {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Fields() {}

    /** A value that is not allowed; the message is for the caller. */
    static final class InvalidException extends RuntimeException {
        InvalidException(String message) {
            super(message, null, false, false);
        }
    }

    /** A record as the API shows it. */
    static ObjectNode show(ControlRecord record) {
        ObjectNode tree = tree(record);
        tree.remove("v");
        tree.remove("secretHash");
        return tree;
    }

    private static ObjectNode tree(ControlRecord record) {
        try {
            return (ObjectNode) MAPPER.readTree(ControlJson.write(record));
        } catch (IOException e) {
            throw new IllegalStateException("a control record is always JSON: " + record.key(), e);
        }
    }

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /** Any value with a tree, such as an entry of the audit trail. */
    static JsonMapper mapper() {
        return MAPPER;
    }

    /** Reads a body; only these fields may be in it. An empty body is an empty object. */
    static ObjectNode read(byte[] body, Set<String> allowed) {
        if (body.length == 0) {
            return object();
        }
        JsonNode tree;
        try {
            tree = MAPPER.readTree(body);
        } catch (JsonProcessingException e) {
            throw new InvalidException("the body is not JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new InvalidException("the body is not JSON");
        }
        if (!(tree instanceof ObjectNode object)) {
            throw new InvalidException("the body must be a JSON object");
        }
        for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!allowed.contains(name)) {
                throw new InvalidException(
                        "unknown field '" + name + "'; there are " + String.join(", ", sorted(allowed)));
            }
        }
        return object;
    }

    private static Iterable<String> sorted(Set<String> names) {
        return names.stream().sorted().toList();
    }

    /**
     * A record with some fields replaced. Objects, such as limits, are replaced field by field.
     *
     * @throws InvalidException when a value has a wrong type or form
     */
    static <T extends ControlRecord> T overlay(T record, ObjectNode changes, Class<T> type) {
        ObjectNode tree = tree(record);
        changes.properties().forEach(change -> {
            JsonNode before = tree.get(change.getKey());
            JsonNode after = change.getValue();
            if (change.getKey().equals("limits")
                    && before instanceof ObjectNode old
                    && after instanceof ObjectNode some) {
                some.fieldNames().forEachRemaining(name -> {
                    if (!old.has(name)) {
                        throw new InvalidException("unknown limit '" + name + "'");
                    }
                });
                old.setAll(some);
            } else {
                tree.set(change.getKey(), after);
            }
        });
        try {
            ControlKey key = record.key();
            return type.cast(ControlJson.read(key, MAPPER.writeValueAsBytes(tree)));
        } catch (ControlFormatException | JsonProcessingException e) {
            throw new InvalidException(String.valueOf(e.getMessage()));
        }
    }

    /** A text that must be there. */
    static String text(ObjectNode object, String name) {
        JsonNode value = object.get(name);
        if (value == null || !value.isTextual()) {
            throw new InvalidException("field '" + name + "' is needed, a text");
        }
        return value.textValue();
    }

    static String text(ObjectNode object, String name, String whenAbsent) {
        return object.hasNonNull(name) ? text(object, name) : whenAbsent;
    }
}
