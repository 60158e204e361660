package io.millrace.query.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.query.admin.AdminRoute.Answer;
import io.millrace.query.admin.AdminRoute.Call;
import io.millrace.query.admin.AdminRoute.Param;
import io.millrace.runtime.control.AuditEntry;
import io.millrace.runtime.control.Change;
import io.millrace.runtime.control.ControlOperationException;
import io.millrace.runtime.control.ControlOperations.NewKey;
import io.millrace.runtime.control.Draft;
import java.util.List;

/** {@code apply} and {@code export}: everything of some accounts as one {@link TenantsDocument}. */
final class TenantsResource {
    private static final Param DRY_RUN = new Param("dryRun", Shapes.FLAG, false, "only tells what would change");
    private static final Param PRUNE = new Param(
            "prune",
            Shapes.FLAG,
            false,
            "also deletes users and instances of the accounts in the document that are not in it themselves");
    private static final Param MISSING_KEYS = new Param(
            "createMissingKeys",
            Shapes.FLAG,
            false,
            "also makes a key for each enabled user in the document that has none which is accepted");
    private static final Param ACCOUNT = new Param("account", Shapes.TEXT, true, "only these accounts");

    private final AdminWork work;

    TenantsResource(AdminWork work) {
        this.work = work;
    }

    List<AdminRoute> routes() {
        return List.of(
                new AdminRoute(
                        "POST",
                        "/apply",
                        "Makes everything as the document says, in one transaction: all of it, or nothing.",
                        List.of(DRY_RUN, PRUNE, MISSING_KEYS),
                        TenantsDocument.SHAPE,
                        Answer.OTHER,
                        true,
                        this::apply),
                new AdminRoute(
                        "GET",
                        "/export",
                        "Gives the document that, applied, changes nothing. It holds no keys.",
                        List.of(ACCOUNT),
                        null,
                        Answer.OTHER,
                        this::export));
    }

    private JsonNode export(Call call) {
        List<String> accounts = call.parameters().all(ACCOUNT.name());
        for (String account : accounts) {
            if (work.state().account(account) == null || !AdminApi.sees(call.actor(), account)) {
                throw NotThere.of("account", account);
            }
        }
        return TenantsDocument.export(
                work.state(), id -> AdminApi.sees(call.actor(), id) && (accounts.isEmpty() || accounts.contains(id)));
    }

    private JsonNode apply(Call call) throws ControlOperationException {
        boolean dryRun = is(call, DRY_RUN);
        return dryRun
                ? work.changes().rehearse(call.actor(), draft -> apply(call, draft, true))
                : work.changes().makeAll(call.actor(), draft -> apply(call, draft, false));
    }

    private JsonNode apply(Call call, Draft draft, boolean dryRun) {
        Problems problems = call.problems();
        TenantsPlan plan = new TenantsPlan(draft, problems, work.clock().instant());
        plan.apply(call.body());
        if (is(call, PRUNE)) {
            plan.prune();
        }
        List<Change> changes = draft.changes();
        List<NewKey> keys = is(call, MISSING_KEYS) ? plan.makeMissingKeys() : List.of();
        problems.throwIfAny();
        ObjectNode answer = Fields.object().put("dryRun", dryRun);
        ArrayNode shown = answer.putArray("changes");
        changes.forEach(change -> change.audit().forEach(entry -> shown.add(shown(entry))));
        ArrayNode made = answer.putArray("keys");
        for (NewKey key : keys) {
            ObjectNode one = made.addObject().put("userId", key.key().userId());
            if (!dryRun) {
                one.put("id", key.key().id()).put("secret", key.secret().reveal());
            }
        }
        return answer;
    }

    private static ObjectNode shown(AuditEntry entry) {
        ObjectNode shown = Fields.object().put("action", entry.action()).put("target", entry.target());
        shown.set("before", entry.before());
        shown.set("after", entry.after());
        return shown;
    }

    private static boolean is(Call call, Param param) {
        return call.parameters().get(param.name()).equals("true");
    }
}
