package io.millrace.query.admin;

import static io.millrace.query.admin.AdminApi.noSuchMethod;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.query.http.AdminRequest;
import io.millrace.runtime.control.Account;
import io.millrace.runtime.control.Actor;
import io.millrace.runtime.control.ControlOperationException;
import java.util.Comparator;
import java.util.Set;

/** {@code accounts}: made, changed and deleted by operators; shown to their own administrators. */
final class AccountResource implements AdminApi.Resource {
    private final AdminWork work;

    AccountResource(AdminWork work) {
        this.work = work;
    }

    @Override
    public JsonNode answer(Actor actor, AdminRequest request, String id, String verb) throws ControlOperationException {
        if (!verb.isEmpty()) {
            throw new Fields.InvalidException("an account has no '" + verb + "'");
        }
        if (id.isEmpty()) {
            return switch (request.method()) {
                case "GET" -> list(actor);
                case "POST" -> create(actor, request);
                default -> throw noSuchMethod(request, "GET or POST");
            };
        }
        return switch (request.method()) {
            case "GET" -> show(actor, id);
            case "PATCH" -> update(actor, request, id);
            case "DELETE" -> {
                work.changes().make(actor, operations -> operations.deleteAccount(id));
                yield Fields.object();
            }
            default -> throw noSuchMethod(request, "GET, PATCH or DELETE");
        };
    }

    private JsonNode list(Actor actor) {
        ArrayNode items = Fields.mapper().createArrayNode();
        work.tables().state().accounts().stream()
                .filter(account -> AdminApi.sees(actor, account.id()))
                .sorted(Comparator.comparing(Account::id))
                .forEach(account -> items.add(Fields.show(account)));
        return AdminApi.list(items);
    }

    private JsonNode show(Actor actor, String id) {
        Account account = work.tables().state().account(id);
        if (account == null || !AdminApi.sees(actor, id)) {
            throw NotThere.of("account", id);
        }
        return Fields.show(account);
    }

    private JsonNode create(Actor actor, AdminRequest request) throws ControlOperationException {
        ObjectNode body = Fields.read(request.body(), Set.of("id", "name"));
        String id = Fields.text(body, "id");
        String name = Fields.text(body, "name", id);
        work.changes().make(actor, operations -> operations.createAccount(id, name));
        return show(actor, id);
    }

    private JsonNode update(Actor actor, AdminRequest request, String id) throws ControlOperationException {
        ObjectNode body = Fields.read(request.body(), Set.of("name", "enabled"));
        work.changes().make(actor, operations -> {
            Account before = work.tables().state().account(id);
            if (before == null) {
                return operations.updateAccount(id, null, null);
            }
            Account after = Fields.overlay(before, body, Account.class);
            return operations.updateAccount(id, after.name(), after.enabled());
        });
        return show(actor, id);
    }
}
