package io.millrace.query.admin;

import static io.millrace.query.admin.AdminApi.noSuchMethod;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.model.TenantId;
import io.millrace.model.TenantLimits;
import io.millrace.query.http.AdminRequest;
import io.millrace.runtime.control.Actor;
import io.millrace.runtime.control.ControlOperationException;
import io.millrace.runtime.control.ControlOperations.InstanceUpdate;
import io.millrace.runtime.control.Instance;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code instances}: the separate stores of series of an account. */
final class InstanceResource implements AdminApi.Resource {
    private static final int DEFAULT_RETENTION_DAYS = 15;

    private final AdminWork work;

    InstanceResource(AdminWork work) {
        this.work = work;
    }

    @Override
    public JsonNode answer(Actor actor, AdminRequest request, String id, String verb) throws ControlOperationException {
        if (!verb.isEmpty()) {
            throw new Fields.InvalidException("an instance has no '" + verb + "'");
        }
        if (id.isEmpty()) {
            return switch (request.method()) {
                case "GET" -> list(actor, request.parameters().get("account"));
                case "POST" -> create(actor, request);
                default -> throw noSuchMethod(request, "GET or POST");
            };
        }
        return switch (request.method()) {
            case "GET" -> show(actor, id);
            case "PATCH" -> update(actor, request, id);
            case "DELETE" -> {
                work.changes().make(actor, operations -> operations.deleteInstance(id));
                yield Fields.object();
            }
            default -> throw noSuchMethod(request, "GET, PATCH or DELETE");
        };
    }

    private @Nullable Instance find(String id) {
        return TenantId.isValid(id) ? work.tables().state().instance(new TenantId(id)) : null;
    }

    private JsonNode list(Actor actor, String account) {
        ArrayNode items = Fields.mapper().createArrayNode();
        work.tables().state().instances().stream()
                .filter(instance -> AdminApi.sees(actor, instance.accountId()))
                .filter(instance -> account.isEmpty() || account.equals(instance.accountId()))
                .sorted(Comparator.comparing(Instance::id))
                .forEach(instance -> items.add(shown(instance)));
        return AdminApi.list(items);
    }

    private static ObjectNode shown(Instance instance) {
        ObjectNode shown = Fields.show(instance);
        String base = "/prometheus/" + instance.id();
        shown.putObject("paths")
                .put("write", base + "/api/v1/write")
                .put("read", base + "/api/v1/read")
                .put("query", base);
        return shown;
    }

    private JsonNode show(Actor actor, String id) {
        Instance instance = find(id);
        if (instance == null || !AdminApi.sees(actor, instance.accountId())) {
            throw NotThere.of("instance", id);
        }
        return shown(instance);
    }

    private JsonNode create(Actor actor, AdminRequest request) throws ControlOperationException {
        ObjectNode body = Fields.read(
                request.body(), Set.of("id", "accountId", "name", "region", "tags", "retentionDays", "limits"));
        String id = Fields.text(body, "id");
        if (!TenantId.isValid(id)) {
            throw new Fields.InvalidException(
                    "an instance id is 1 to 64 of a-z, 0-9 and '-', not beginning or ending with '-'");
        }
        String account = AdminApi.accountOf(body, request);
        Instance blank = new Instance(
                new TenantId(id),
                account,
                id,
                "default",
                Map.of(),
                Instance.Status.RUNNING,
                DEFAULT_RETENTION_DAYS,
                TenantLimits.DEFAULT,
                work.clock().instant());
        Instance wanted = Fields.overlay(blank, body, Instance.class);
        work.changes()
                .make(
                        actor,
                        operations -> operations.createInstance(
                                account,
                                id,
                                wanted.name(),
                                wanted.region(),
                                wanted.tags(),
                                wanted.retentionDays(),
                                wanted.limits()));
        return show(actor, id);
    }

    private JsonNode update(Actor actor, AdminRequest request, String id) throws ControlOperationException {
        ObjectNode body = Fields.read(
                request.body(),
                Set.of("name", "region", "tags", "status", "retentionDays", "limits", "writeFrom", "readFrom"));
        work.changes().make(actor, operations -> {
            Instance before = find(id);
            if (before == null) {
                return operations.updateInstance(
                        id, new InstanceUpdate(null, null, null, null, null, null, null, null));
            }
            Instance after = Fields.overlay(before, body, Instance.class);
            return operations.updateInstance(
                    id,
                    new InstanceUpdate(
                            after.name(),
                            after.region(),
                            after.tags(),
                            after.status(),
                            after.retentionDays(),
                            after.limits(),
                            after.writeFrom(),
                            after.readFrom()));
        });
        return show(actor, id);
    }
}
