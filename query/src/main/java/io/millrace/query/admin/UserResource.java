package io.millrace.query.admin;

import static io.millrace.query.admin.AdminApi.noSuchMethod;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.query.http.AdminRequest;
import io.millrace.runtime.control.Actor;
import io.millrace.runtime.control.ControlOperationException;
import io.millrace.runtime.control.User;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/** {@code users}: the holders of keys and policies. */
final class UserResource implements AdminApi.Resource {
    private final AdminWork work;

    UserResource(AdminWork work) {
        this.work = work;
    }

    @Override
    public JsonNode answer(Actor actor, AdminRequest request, String id, String verb) throws ControlOperationException {
        if (!verb.isEmpty()) {
            throw new Fields.InvalidException("a user has no '" + verb + "'");
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
                work.changes().make(actor, operations -> operations.deleteUser(id));
                yield Fields.object();
            }
            default -> throw noSuchMethod(request, "GET, PATCH or DELETE");
        };
    }

    private JsonNode list(Actor actor, String account) {
        ArrayNode items = Fields.mapper().createArrayNode();
        work.tables().state().users().stream()
                .filter(user -> AdminApi.sees(actor, user.accountId()))
                .filter(user -> account.isEmpty() || account.equals(user.accountId()))
                .sorted(Comparator.comparing(User::id))
                .forEach(user -> items.add(Fields.show(user)));
        return AdminApi.list(items);
    }

    private JsonNode show(Actor actor, String id) {
        User user = work.tables().state().user(id);
        if (user == null || !AdminApi.sees(actor, user.accountId())) {
            throw NotThere.of("user", id);
        }
        return Fields.show(user);
    }

    private JsonNode create(Actor actor, AdminRequest request) throws ControlOperationException {
        ObjectNode body = Fields.read(request.body(), Set.of("id", "accountId", "name", "policies"));
        String id = Fields.text(body, "id");
        String account = AdminApi.accountOf(body, request);
        User blank = new User(id, account, id, true, List.of(), work.clock().instant());
        User wanted = Fields.overlay(blank, body, User.class);
        work.changes().make(actor, ops -> ops.createUser(account, id, wanted.name(), wanted.policies()));
        return show(actor, id);
    }

    private JsonNode update(Actor actor, AdminRequest request, String id) throws ControlOperationException {
        ObjectNode body = Fields.read(request.body(), Set.of("name", "enabled", "policies"));
        work.changes().make(actor, operations -> {
            User before = work.tables().state().user(id);
            if (before == null) {
                return operations.updateUser(id, null, null, null);
            }
            User after = Fields.overlay(before, body, User.class);
            return operations.updateUser(id, after.name(), after.enabled(), after.policies());
        });
        return show(actor, id);
    }
}
