package io.millrace.query.admin;

import static io.millrace.query.admin.AdminApi.noSuchMethod;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.query.http.AdminRequest;
import io.millrace.runtime.control.Actor;
import io.millrace.runtime.control.AuditEntry;
import io.millrace.runtime.control.User;
import org.jspecify.annotations.Nullable;

/** {@code audit}: who changed what, newest first. */
final class AuditResource implements AdminApi.Resource {
    private static final int DEFAULT_LIMIT = 100;
    private static final int MOST = 10_000;

    private final AdminWork work;

    AuditResource(AdminWork work) {
        this.work = work;
    }

    @Override
    public JsonNode answer(Actor actor, AdminRequest request, String id, String verb) {
        if (!request.method().equals("GET") || !id.isEmpty()) {
            throw noSuchMethod(request, "GET /admin/v1/audit");
        }
        String target = request.parameters().get("target");
        ArrayNode items = Fields.mapper().createArrayNode();
        work.audit()
                .newest(
                        entry -> sees(actor, entry) && (target.isEmpty() || target.equals(entry.target())),
                        limit(request.parameters().get("limit")))
                .forEach(entry -> items.add(shown(entry)));
        return AdminApi.list(items);
    }

    private static int limit(String text) {
        if (text.isEmpty()) {
            return DEFAULT_LIMIT;
        }
        if (!text.matches("[0-9]{1,5}") || Integer.parseInt(text) > MOST) {
            throw new Fields.InvalidException("limit is a number up to " + MOST);
        }
        return Integer.parseInt(text);
    }

    /** Entries about an account are those whose records name it, and those about keys of its users. */
    private boolean sees(Actor actor, AuditEntry entry) {
        return actor.accountId() == null
                || belongs(actor.accountId(), entry.before(), entry.target())
                || belongs(actor.accountId(), entry.after(), entry.target());
    }

    private boolean belongs(String account, @Nullable JsonNode record, String target) {
        if (record == null) {
            return false;
        }
        if (target.equals("account/" + account)
                || account.equals(record.path("accountId").asText())) {
            return true;
        }
        User user = work.tables().state().user(record.path("userId").asText());
        return user != null && user.accountId().equals(account);
    }

    private static ObjectNode shown(AuditEntry entry) {
        ObjectNode shown = Fields.object()
                .put("at", entry.at().toString())
                .put("userId", entry.userId())
                .put("keyId", entry.keyId())
                .put("address", entry.address())
                .put("action", entry.action())
                .put("target", entry.target());
        shown.set("before", entry.before());
        shown.set("after", entry.after());
        return shown;
    }
}
