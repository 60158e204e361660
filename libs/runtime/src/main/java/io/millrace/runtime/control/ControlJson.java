package io.millrace.runtime.control;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.EnumFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.millrace.model.TenantId;
import io.millrace.model.TenantLimits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Map;

/**
 * Control records as JSON: the values of the topic {@code control}, described in {@code docs/formats/control-records.md}.
 *
 * <p>Fields that are not known are skipped and limits that are missing have their defaults, so that processes of
 * neighbouring versions read each other's records. {@code v} grows only when that is not enough. Safe for any thread.
 */
public final class ControlJson {
    /** The version this code writes, and the greatest it reads. */
    static final int VERSION = 1;

    static final JsonMapper MAPPER = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .addModule(ownTypes())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS, SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
            .build();

    private ControlJson() {}

    /** The value of a record, UTF-8, its fields always in the same order. */
    public static byte[] write(ControlRecord record) {
        try {
            return MAPPER.writeValueAsBytes(tree(record));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a control record is always JSON: " + record.key(), e);
        }
    }

    /** The record as a tree, for an API that shows it. */
    static ObjectNode tree(ControlRecord record) {
        ObjectNode tree = MAPPER.createObjectNode().put("v", VERSION);
        tree.setAll((ObjectNode) MAPPER.valueToTree(record));
        return tree;
    }

    /**
     * Reads the value of a record.
     *
     * @throws ControlFormatException when it is not JSON, of a later version, lacks a field, or has another id than its
     *     key
     */
    public static ControlRecord read(ControlKey key, byte[] value) throws ControlFormatException {
        ControlRecord record;
        try {
            JsonNode tree = MAPPER.readTree(value);
            if (!(tree instanceof ObjectNode object)) {
                throw new ControlFormatException("the value of " + key + " is not a JSON object", null);
            }
            int version = tree.path("v").asInt(0);
            if (version < 1 || version > VERSION) {
                throw new ControlFormatException(
                        "the value of " + key + " has version " + tree.path("v") + "; this process reads up to "
                                + VERSION,
                        null);
            }
            record = MAPPER.treeToValue(object, typeOf(key.kind(), object));
        } catch (IOException e) {
            throw new ControlFormatException(
                    "the value of " + key + " cannot be read: "
                            + (e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage()),
                    e);
        }
        if (!record.key().equals(key)) {
            throw new ControlFormatException("the value of " + key + " belongs to " + record.key(), null);
        }
        return record;
    }

    private static Class<? extends ControlRecord> typeOf(ControlKey.Kind kind, ObjectNode object) {
        return switch (kind) {
            case ACCOUNT -> Account.class;
            case USER -> User.class;
            case KEY -> AccessKey.class;
            case PROCESSING -> ProcessingRules.class;
            case INSTANCE -> {
                addDefaultLimits(object);
                object.withArrayProperty("writeFrom");
                object.withArrayProperty("readFrom");
                yield Instance.class;
            }
        };
    }

    /** Limits made by later versions of the code have their defaults in records of earlier ones. */
    private static void addDefaultLimits(ObjectNode instance) {
        ObjectNode limits = instance.withObjectProperty("limits");
        ObjectNode defaults = MAPPER.valueToTree(TenantLimits.DEFAULT);
        for (Iterator<Map.Entry<String, JsonNode>> each = defaults.properties().iterator(); each.hasNext(); ) {
            Map.Entry<String, JsonNode> entry = each.next();
            if (!limits.hasNonNull(entry.getKey())) {
                limits.set(entry.getKey(), entry.getValue());
            }
        }
    }

    /** For messages and for golden files. */
    static String text(ControlRecord record) {
        return new String(write(record), StandardCharsets.UTF_8);
    }

    private static SimpleModule ownTypes() {
        SimpleModule module = new SimpleModule();
        module.addSerializer(TenantId.class, ToStringSerializer.instance);
        module.addDeserializer(TenantId.class, new JsonDeserializer<>() {
            @Override
            public TenantId deserialize(JsonParser json, DeserializationContext context) throws IOException {
                String text = json.getValueAsString("");
                if (!TenantId.isValid(text)) {
                    throw context.weirdStringException(text, TenantId.class, "not an instance id");
                }
                return new TenantId(text);
            }
        });
        module.addSerializer(Network.class, ToStringSerializer.instance);
        module.addDeserializer(Network.class, new JsonDeserializer<>() {
            @Override
            public Network deserialize(JsonParser json, DeserializationContext context) throws IOException {
                String text = json.getValueAsString("");
                try {
                    return Network.parse(text);
                } catch (IllegalArgumentException e) {
                    throw context.weirdStringException(text, Network.class, String.valueOf(e.getMessage()));
                }
            }
        });
        return module;
    }
}
