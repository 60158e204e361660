package io.millrace.query.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.model.TenantId;
import io.millrace.query.admin.AdminRoute.Answer;
import io.millrace.query.admin.AdminRoute.Call;
import io.millrace.query.admin.AdminRoute.Param;
import io.millrace.query.http.Parameters;
import io.millrace.runtime.control.Actor;
import io.millrace.runtime.control.AuditEntry;
import io.millrace.runtime.control.ControlKey;
import io.millrace.runtime.control.Instance;
import io.millrace.runtime.control.User;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** {@code audit}: who changed what, newest first. */
final class AuditResource {
    private static final Param TARGET =
            new Param("target", Shapes.TEXT, false, "only changes of this record, kind/id such as user/ops");
    private static final Param USER = new Param("user", Shapes.TEXT, false, "only changes made by this user");
    private static final Param ACTION = new Param(
            "action", Shapes.TEXT, false, "only this action, such as key.rotate, or its beginning, such as key");
    private static final Param START = new Param("start", new Shape.Time(), false, "not before this moment");
    private static final Param END = new Param("end", new Shape.Time(), false, "before this moment");

    private final AdminWork work;

    AuditResource(AdminWork work) {
        this.work = work;
    }

    List<AdminRoute> routes() {
        return List.of(new AdminRoute(
                "GET",
                "/audit",
                "Who changed what, newest first, with the record before and after; the newest 10,000 changes.",
                List.of(TARGET, USER, ACTION, START, END, Paging.MAX_RESULTS, Paging.NEXT_TOKEN),
                null,
                Answer.AUDIT_ENTRY,
                this::list));
    }

    private JsonNode list(Call call) {
        Parameters parameters = call.parameters();
        Instant start = time(parameters, START, Instant.MIN);
        Instant end = time(parameters, END, Instant.MAX);
        String user = parameters.get(USER.name());
        String target = parameters.get(TARGET.name());
        String action = parameters.get(ACTION.name());
        int most = Paging.maxResults(parameters);
        List<AuditEntry> found = work.audit()
                .newest(
                        behind(Paging.position(parameters))
                                .and(entry -> !entry.at().isBefore(start)
                                        && entry.at().isBefore(end))
                                .and(entry -> user.isEmpty() || user.equals(entry.userId()))
                                .and(entry -> target.isEmpty() || target.equals(entry.target()))
                                .and(entry -> action.isEmpty()
                                        || entry.action().equals(action)
                                        || entry.action().startsWith(action + "."))
                                .and(entry -> sees(call.actor(), entry)),
                        most + 1);
        List<AuditEntry> page = found.subList(0, Math.min(most, found.size()));
        ObjectNode answer = Paging.list(page.stream().map(AuditResource::shown).toList());
        if (found.size() > most) {
            answer.put("nextToken", Paging.token(position(page.get(page.size() - 1))));
        }
        return answer;
    }

    private static String position(AuditEntry entry) {
        return entry.at() + " " + entry.action() + " " + entry.target();
    }

    /** Only entries that come after the one at this position; all of them when it is "". */
    private static Predicate<AuditEntry> behind(String position) {
        boolean[] passed = {position.isEmpty()};
        return entry -> {
            boolean after = passed[0];
            passed[0] |= position(entry).equals(position);
            return after;
        };
    }

    private static Instant time(Parameters parameters, Param param, Instant whenAbsent) {
        String text = parameters.get(param.name());
        try {
            return text.isEmpty() ? whenAbsent : Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new InvalidRequest(
                    param.name() + " must be a time such as 2030-01-31T12:00:00Z, it is '" + text + "'");
        }
    }

    /** Entries about an account are those whose records name it, and those about keys and rules of what is its own. */
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
        String id = record.path("id").asText();
        if (target.startsWith("processing/") && TenantId.isValid(id)) {
            return work.state().record(new ControlKey(ControlKey.Kind.INSTANCE, id)) instanceof Instance instance
                    && instance.accountId().equals(account);
        }
        User user = work.state().user(record.path("userId").asText());
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
