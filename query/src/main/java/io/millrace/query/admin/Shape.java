package io.millrace.query.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.millrace.runtime.config.Durations;
import io.millrace.runtime.config.Suggestion;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The form of a JSON value: it checks what callers send, all problems at once and in plain words, and describes itself as
 * a JSON schema, so that what is said and what is checked cannot differ. Immutable.
 */
sealed interface Shape {

    /**
     * The value as the records want it; what is wrong is added to {@code problems}.
     *
     * @param path where the value stands, for messages
     */
    JsonNode read(JsonNode value, String path, Problems problems);

    /** As a schema of OpenAPI 3.1. */
    ObjectNode schema();

    private static JsonNode wrong(JsonNode value, String path, Problems problems, String wanted) {
        String shown = value.isValueNode() ? value.toString() : value.isArray() ? "a list" : "an object";
        problems.add(path, "must be " + wanted + ", it is " + (value.isNull() ? "empty (null)" : shown));
        return value;
    }

    private static ObjectNode type(String name) {
        return JsonNodeFactory.instance.objectNode().put("type", name);
    }

    /** A text. */
    record Text() implements Shape {
        @Override
        public JsonNode read(JsonNode value, String path, Problems problems) {
            return value.isTextual() ? value : wrong(value, path, problems, "a text");
        }

        @Override
        public ObjectNode schema() {
            return type("string");
        }
    }

    /** {@code true} or {@code false}. */
    record Flag() implements Shape {
        @Override
        public JsonNode read(JsonNode value, String path, Problems problems) {
            return value instanceof BooleanNode ? value : wrong(value, path, problems, "true or false");
        }

        @Override
        public ObjectNode schema() {
            return type("boolean");
        }
    }

    /** A whole number up to {@code most}. */
    record Whole(long most) implements Shape {
        @Override
        public JsonNode read(JsonNode value, String path, Problems problems) {
            boolean fits = value.isIntegralNumber() && value.canConvertToLong() && Math.abs(value.longValue()) <= most;
            return fits ? value : wrong(value, path, problems, "a whole number up to " + most);
        }

        @Override
        public ObjectNode schema() {
            return type("integer").put("format", most == Integer.MAX_VALUE ? "int32" : "int64");
        }
    }

    /** A duration as {@code 30s}, {@code 1h30m}, {@code 14d}, or in ISO 8601, which is what answers have. */
    record Length() implements Shape {
        @Override
        public JsonNode read(JsonNode value, String path, Problems problems) {
            if (value.isTextual()) {
                try {
                    String text = value.textValue();
                    Duration duration = text.startsWith("P") ? Duration.parse(text) : Durations.parse(text);
                    return TextNode.valueOf(duration.toString());
                } catch (IllegalArgumentException | DateTimeParseException e) {
                    // said below
                }
            }
            return wrong(value, path, problems, "a duration such as 30s, 10m, 14d");
        }

        @Override
        public ObjectNode schema() {
            ObjectNode schema = type("string");
            schema.putArray("examples").add("10m").add("PT10M");
            return schema;
        }
    }

    /** A moment in ISO 8601 and UTC. */
    record Time() implements Shape {
        @Override
        public JsonNode read(JsonNode value, String path, Problems problems) {
            if (value.isTextual()) {
                try {
                    return TextNode.valueOf(Instant.parse(value.textValue()).toString());
                } catch (DateTimeParseException e) {
                    // said below
                }
            }
            return wrong(value, path, problems, "a time such as 2030-01-31T12:00:00Z");
        }

        @Override
        public ObjectNode schema() {
            return type("string").put("format", "date-time");
        }
    }

    /** One of some words. */
    record Choice(List<String> words) implements Shape {
        @Override
        public JsonNode read(JsonNode value, String path, Problems problems) {
            String word = value.isTextual() ? value.textValue().toLowerCase(Locale.ROOT) : "";
            return words.contains(word)
                    ? TextNode.valueOf(word)
                    : wrong(value, path, problems, "one of " + String.join(", ", words));
        }

        @Override
        public ObjectNode schema() {
            ObjectNode schema = type("string");
            words.forEach(schema.putArray("enum")::add);
            return schema;
        }
    }

    /** A list. */
    record Items(Shape of) implements Shape {
        @Override
        public JsonNode read(JsonNode value, String path, Problems problems) {
            if (!value.isArray()) {
                return wrong(value, path, problems, "a list");
            }
            ArrayNode read = JsonNodeFactory.instance.arrayNode();
            for (int i = 0; i < value.size(); i++) {
                read.add(of.read(value.get(i), path + "[" + i + "]", problems));
            }
            return read;
        }

        @Override
        public ObjectNode schema() {
            ObjectNode schema = type("array");
            schema.set("items", of.schema());
            return schema;
        }
    }

    /** An object of texts with names that the caller chooses. */
    record Texts() implements Shape {
        @Override
        public JsonNode read(JsonNode value, String path, Problems problems) {
            if (!value.isObject()) {
                return wrong(value, path, problems, "an object of texts");
            }
            value.properties().forEach(each -> new Text().read(each.getValue(), path + "." + each.getKey(), problems));
            return value;
        }

        @Override
        public ObjectNode schema() {
            ObjectNode schema = type("object");
            schema.set("additionalProperties", type("string"));
            return schema;
        }
    }

    /**
     * A field of an object.
     *
     * @param nullable whether null is a value of it
     * @param needed whether it must be there
     * @param description for people, may be empty
     */
    record Field(Shape shape, boolean nullable, boolean needed, String description) {
        ObjectNode schema() {
            ObjectNode schema = shape.schema();
            if (nullable) {
                String type = schema.path("type").asText();
                schema.putArray("type").add(type).add("null");
            }
            return description.isEmpty() ? schema : schema.put("description", description);
        }
    }

    /** An object with fields of its own; others are problems. */
    record Struct(Map<String, Field> fields) implements Shape {
        @Override
        public JsonNode read(JsonNode value, String path, Problems problems) {
            if (!value.isObject()) {
                return wrong(value, path, problems, "an object");
            }
            ObjectNode read = JsonNodeFactory.instance.objectNode();
            value.properties().forEach(each -> {
                String name = each.getKey();
                String at = path.isEmpty() ? name : path + "." + name;
                Field field = fields.get(name);
                if (field == null) {
                    problems.add(at, "there is no such field" + hint(name));
                } else if (each.getValue().isNull() && field.nullable()) {
                    read.set(name, each.getValue());
                } else {
                    read.set(name, field.shape().read(each.getValue(), at, problems));
                }
            });
            fields.forEach((name, field) -> {
                if (field.needed() && !value.has(name)) {
                    problems.add(path, "field '" + name + "' is needed");
                }
            });
            return read;
        }

        private String hint(String name) {
            return Suggestion.nearest(name, fields.keySet())
                    .map(near -> "; did you mean '" + near + "'?")
                    .orElse("; there are " + String.join(", ", fields.keySet()));
        }

        @Override
        public ObjectNode schema() {
            ObjectNode schema = type("object");
            ObjectNode properties = schema.putObject("properties");
            ArrayNode needed = JsonNodeFactory.instance.arrayNode();
            fields.forEach((name, field) -> {
                properties.set(name, field.schema());
                if (field.needed()) {
                    needed.add(name);
                }
            });
            if (!needed.isEmpty()) {
                schema.set("required", needed);
            }
            return schema;
        }

        /** Only some of the fields. */
        Struct only(String... names) {
            Map<String, Field> some = new LinkedHashMap<>();
            for (String name : names) {
                Field field = fields.get(name);
                if (field == null) {
                    throw new IllegalArgumentException("no field " + name);
                }
                some.put(name, field);
            }
            return new Struct(some);
        }

        /** The same where these fields must be there. */
        Struct needing(String... names) {
            Map<String, Field> changed = new LinkedHashMap<>(fields);
            for (String name : names) {
                changed.computeIfPresent(
                        name, (key, field) -> new Field(field.shape(), field.nullable(), true, field.description()));
            }
            return new Struct(changed);
        }

        /** With another field at the end. */
        Struct with(String name, Shape shape, String description) {
            Map<String, Field> more = new LinkedHashMap<>(fields);
            more.put(name, new Field(shape, false, false, description));
            return new Struct(more);
        }
    }
}
