package io.millrace.runtime.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One line of the audit trail: what happened to one record.
 *
 * @param at when
 * @param userId who; a part of Millrace itself is in brackets
 * @param keyId with which access key; empty for Millrace itself
 * @param address from where; empty for Millrace itself
 * @param action what: {@code user.create}
 * @param target the key of the record, {@code user/ops}
 * @param before the record as JSON, without the hash of a secret; null when it was made
 * @param after the record as JSON, without the hash of a secret; null when it was deleted
 */
public record AuditEntry(
        Instant at,
        String userId,
        String keyId,
        String address,
        String action,
        String target,
        @Nullable JsonNode before,
        @Nullable JsonNode after) {

    AuditEntry(
            Instant at,
            String userId,
            String keyId,
            String address,
            String action,
            ControlKey target,
            @Nullable ControlRecord before,
            @Nullable ControlRecord after) {
        this(at, userId, keyId, address, action, target.toString(), tree(before), tree(after));
    }

    private static @Nullable JsonNode tree(@Nullable ControlRecord record) {
        if (record == null) {
            return null;
        }
        ObjectNode tree = ControlJson.tree(record);
        tree.remove("v");
        tree.remove("secretHash");
        return tree;
    }
}
