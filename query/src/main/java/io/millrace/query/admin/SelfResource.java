package io.millrace.query.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.model.TenantId;
import io.millrace.query.admin.AdminRoute.Answer;
import io.millrace.query.admin.AdminRoute.Call;
import io.millrace.runtime.control.Instance;
import java.time.Instant;
import java.util.List;

/** {@code self} and {@code defaults}: who asks, and what a new instance gets that nobody said anything about. */
final class SelfResource {
    /** What a console offers; any other number of days is possible too. */
    private static final List<Integer> USUAL_RETENTION_DAYS = List.of(15, 30, 60, 90, 180);

    List<AdminRoute> routes() {
        return List.of(
                new AdminRoute(
                        "GET",
                        "/self",
                        "Shows account, user and key of the caller.",
                        List.of(),
                        null,
                        Answer.OTHER,
                        SelfResource::self),
                new AdminRoute(
                        "GET",
                        "/defaults",
                        "Shows what a new instance gets, and the usual retentions.",
                        List.of(),
                        null,
                        Answer.OTHER,
                        call -> defaults()));
    }

    private static JsonNode self(Call call) {
        ObjectNode self = Fields.object();
        self.set("account", Fields.show(call.caller().account()));
        self.set("user", Fields.show(call.caller().user()));
        self.set("key", Fields.show(call.caller().key()));
        return self.put("operator", call.actor().accountId() == null);
    }

    private static JsonNode defaults() {
        Instance blank = InstanceResource.blank(new TenantId("x"), "x", Instant.EPOCH);
        ObjectNode defaults = Fields.object();
        defaults.put("region", blank.region()).put("retentionDays", blank.retentionDays());
        ArrayNode days = defaults.putArray("usualRetentionDays");
        USUAL_RETENTION_DAYS.forEach(days::add);
        defaults.set("limits", Fields.show(blank).get("limits"));
        return defaults;
    }
}
