package io.millrace.query.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.model.TenantId;
import io.millrace.model.TenantLimits;
import io.millrace.query.admin.AdminRoute.Answer;
import io.millrace.query.admin.AdminRoute.Call;
import io.millrace.query.admin.AdminRoute.Param;
import io.millrace.query.http.Parameters;
import io.millrace.runtime.control.ControlOperationException;
import io.millrace.runtime.control.ControlOperations.InstanceUpdate;
import io.millrace.runtime.control.Instance;
import io.millrace.runtime.control.ProcessingRules;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code instances}: the separate stores of series of an account, with the rules their series are processed by. */
final class InstanceResource {
    static final int DEFAULT_RETENTION_DAYS = 15;
    static final String DEFAULT_REGION = "default";

    private static final Param ACCOUNT = new Param("account", Shapes.TEXT, false, "only those of this account");
    private static final Param REGION = new Param("region", Shapes.TEXT, false, "only those of this region");
    private static final Param STATUS =
            new Param("status", new Shape.Choice(List.of("running", "stopped")), false, "only those with this status");
    private static final Param TAG = new Param(
            "tag", Shapes.TEXT, true, "only those with this tag, a name or name=value; several must all be there");

    private final AdminWork work;

    InstanceResource(AdminWork work) {
        this.work = work;
    }

    List<AdminRoute> routes() {
        return List.of(
                new AdminRoute(
                        "GET",
                        "/instances",
                        "Lists instances.",
                        List.of(
                                ACCOUNT,
                                Paging.ID,
                                Paging.NAME,
                                REGION,
                                TAG,
                                STATUS,
                                Paging.MAX_RESULTS,
                                Paging.NEXT_TOKEN),
                        null,
                        Answer.INSTANCE,
                        this::list),
                new AdminRoute(
                        "POST",
                        "/instances",
                        "Makes an instance. Limits other than the defaults are for operators.",
                        List.of(),
                        Shapes.without(Shapes.INSTANCE, "created").needing("id"),
                        Answer.INSTANCE,
                        this::create),
                new AdminRoute(
                        "GET", "/instances/{id}", "Shows an instance.", List.of(), null, Answer.INSTANCE, this::show),
                new AdminRoute(
                        "PATCH",
                        "/instances/{id}",
                        "Changes an instance. Limits are changed one by one, by operators.",
                        List.of(),
                        Shapes.INSTANCE.only(
                                "name", "region", "tags", "status", "retentionDays", "limits", "writeFrom", "readFrom"),
                        Answer.INSTANCE,
                        this::update),
                new AdminRoute(
                        "DELETE",
                        "/instances/{id}",
                        "Deletes an instance for ever: its id cannot be used again, its data goes with its retention.",
                        List.of(),
                        null,
                        Answer.NOTHING,
                        this::delete),
                new AdminRoute(
                        "GET",
                        "/instances/{id}/processing",
                        "Shows how the series of an instance are processed before they are stored.",
                        List.of(),
                        null,
                        Answer.PROCESSING,
                        this::showProcessing),
                new AdminRoute(
                        "PUT",
                        "/instances/{id}/processing",
                        "Replaces these rules. What makes no sense is refused with the reason.",
                        List.of(),
                        Shapes.PROCESSING,
                        Answer.PROCESSING,
                        this::setProcessing),
                new AdminRoute(
                        "DELETE",
                        "/instances/{id}/processing",
                        "Removes these rules: series are stored as they come.",
                        List.of(),
                        null,
                        Answer.NOTHING,
                        this::deleteProcessing));
    }

    private @Nullable Instance find(String id) {
        return TenantId.isValid(id) ? work.state().instance(new TenantId(id)) : null;
    }

    private JsonNode list(Call call) {
        return Paging.page(
                call.parameters(),
                work.state().instances().stream()
                        .filter(instance -> AdminApi.sees(call.actor(), instance.accountId()))
                        .filter(instance -> wanted(call.parameters(), instance)),
                instance -> instance.id().value(),
                this::shown);
    }

    private static boolean wanted(Parameters parameters, Instance instance) {
        return Paging.wanted(parameters, instance.id().value(), instance.name())
                && is(parameters, ACCOUNT, instance.accountId())
                && is(parameters, REGION, instance.region())
                && is(parameters, STATUS, instance.status().name().toLowerCase(Locale.ROOT))
                && parameters.all(TAG.name()).stream().allMatch(tag -> has(instance.tags(), tag));
    }

    private static boolean is(Parameters parameters, Param param, String value) {
        String wanted = parameters.get(param.name());
        return wanted.isEmpty() || wanted.equals(value);
    }

    private static boolean has(Map<String, String> tags, String tag) {
        int equals = tag.indexOf('=');
        return equals < 0
                ? tags.containsKey(tag)
                : tag.substring(equals + 1).equals(tags.get(tag.substring(0, equals)));
    }

    private ObjectNode shown(Instance instance) {
        ObjectNode shown = Fields.show(instance);
        work.addresses().addTo(shown, instance);
        return shown;
    }

    private JsonNode show(Call call) {
        return shown(require(call, call.id()));
    }

    private Instance require(Call call, String id) {
        Instance instance = find(id);
        if (instance == null || !AdminApi.sees(call.actor(), instance.accountId())) {
            throw NotThere.of("instance", id);
        }
        return instance;
    }

    /** An instance nobody said anything about. */
    static Instance blank(TenantId id, String account, Instant now) {
        return new Instance(
                id,
                account,
                id.value(),
                DEFAULT_REGION,
                Map.of(),
                Instance.Status.RUNNING,
                DEFAULT_RETENTION_DAYS,
                TenantLimits.DEFAULT,
                now);
    }

    private JsonNode create(Call call) throws ControlOperationException {
        String id = Fields.text(call.body(), "id");
        if (!TenantId.isValid(id)) {
            throw new InvalidRequest("an instance id is 1 to 64 of a-z, 0-9 and '-', not beginning or ending with '-';"
                    + " it is '" + id + "'");
        }
        Instance blank =
                blank(new TenantId(id), AdminApi.accountOf(call), work.clock().instant());
        Instance wanted = Fields.overlay(blank, call.body(), Instance.class);
        work.changes().make(call.actor(), operations -> operations.createInstance(wanted));
        return shown(require(call, id));
    }

    private JsonNode update(Call call) throws ControlOperationException {
        work.changes().make(call.actor(), operations -> {
            Instance before = find(call.id());
            if (before == null) {
                return operations.updateInstance(
                        call.id(), new InstanceUpdate(null, null, null, null, null, null, null, null));
            }
            return operations.updateInstance(call.id(), update(Fields.overlay(before, call.body(), Instance.class)));
        });
        return show(call);
    }

    /** All that can be changed as this instance has it. */
    static InstanceUpdate update(Instance after) {
        return new InstanceUpdate(
                after.name(),
                after.region(),
                after.tags(),
                after.status(),
                after.retentionDays(),
                after.limits(),
                after.writeFrom(),
                after.readFrom());
    }

    private JsonNode delete(Call call) throws ControlOperationException {
        work.changes().make(call.actor(), operations -> operations.deleteInstance(call.id()));
        return Fields.object();
    }

    private JsonNode showProcessing(Call call) {
        TenantId id = require(call, call.id()).id();
        ProcessingRules rules = work.state().processing(id);
        ObjectNode shown = Fields.show(rules == null ? ProcessingRules.none(id) : rules);
        shown.remove("id");
        return shown;
    }

    private JsonNode setProcessing(Call call) throws ControlOperationException {
        TenantId id = require(call, call.id()).id();
        ProcessingRules wanted = Fields.overlay(ProcessingRules.none(id), call.body(), ProcessingRules.class);
        work.changes().make(call.actor(), operations -> operations.setProcessing(wanted));
        return showProcessing(call);
    }

    private JsonNode deleteProcessing(Call call) throws ControlOperationException {
        TenantId id = require(call, call.id()).id();
        work.changes().make(call.actor(), operations -> operations.setProcessing(ProcessingRules.none(id)));
        return Fields.object();
    }
}
