package io.millrace.query.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.runtime.control.ControlFormatException;
import io.millrace.runtime.control.ControlJson;
import io.millrace.runtime.control.ControlRecord;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The JSON of the admin API, which is that of the control records without version and hash: so a field means the same in
 * both, and values are checked by the same code.
 */
final class Fields {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Fields() {}

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

    /**
     * Reads a body; an empty one is an empty object. What does not fit the shape goes to {@code problems}, and is in the
     * result as it was sent.
     *
     * @throws InvalidRequest when it is no JSON object at all
     */
    static ObjectNode read(byte[] body, Shape.@Nullable Struct shape, Problems problems) {
        if (shape == null) {
            if (body.length > 0) {
                throw new InvalidRequest("no body is wanted here");
            }
            return object();
        }
        JsonNode tree = body.length == 0 ? object() : parse(body);
        if (shape.read(tree, "", problems) instanceof ObjectNode read) {
            return read;
        }
        problems.throwIfAny();
        throw new IllegalStateException("a struct is read as an object");
    }

    private static JsonNode parse(byte[] body) {
        try {
            return MAPPER.readTree(body);
        } catch (JsonProcessingException e) {
            throw new InvalidRequest("the body is not JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new InvalidRequest("the body is not JSON");
        }
    }

    /**
     * A record with some fields replaced; limits are replaced one by one.
     *
     * @throws InvalidRequest when a value cannot be
     */
    static <T extends ControlRecord> T overlay(T record, ObjectNode changes, Class<T> type) {
        ObjectNode tree = tree(record);
        changes.properties().forEach(change -> {
            if (change.getKey().equals("limits")
                    && tree.get("limits") instanceof ObjectNode old
                    && change.getValue() instanceof ObjectNode some) {
                old.setAll(some);
            } else {
                tree.set(change.getKey(), change.getValue());
            }
        });
        try {
            return type.cast(ControlJson.read(record.key(), MAPPER.writeValueAsBytes(tree)));
        } catch (ControlFormatException | JsonProcessingException e) {
            throw new InvalidRequest(plain(String.valueOf(e.getMessage())));
        }
    }

    /** Without the part of the message that only says which Java type it was. */
    private static String plain(String message) {
        int reason = message.lastIndexOf(": ");
        boolean aboutJava = message.contains("deserialize") || message.contains("construct instance");
        return aboutJava && reason > 0 ? message.substring(reason + 2) : message;
    }

    /** A text that the shape has made sure of. */
    static String text(ObjectNode object, String name) {
        return object.path(name).asText();
    }

    static String text(ObjectNode object, String name, String whenAbsent) {
        return object.hasNonNull(name) ? text(object, name) : whenAbsent;
    }
}
