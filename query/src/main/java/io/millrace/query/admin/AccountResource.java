package io.millrace.query.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.query.admin.AdminRoute.Answer;
import io.millrace.query.admin.AdminRoute.Call;
import io.millrace.runtime.control.Account;
import io.millrace.runtime.control.ControlOperationException;
import java.util.List;

/** {@code accounts}: made, changed and deleted by operators; shown to their own administrators. */
final class AccountResource {
    private final AdminWork work;

    AccountResource(AdminWork work) {
        this.work = work;
    }

    List<AdminRoute> routes() {
        return List.of(
                new AdminRoute(
                        "GET",
                        "/accounts",
                        "Lists the accounts the caller may see.",
                        List.of(Paging.ID, Paging.NAME, Paging.MAX_RESULTS, Paging.NEXT_TOKEN),
                        null,
                        Answer.ACCOUNT,
                        this::list),
                new AdminRoute(
                        "POST",
                        "/accounts",
                        "Makes an account. For operators.",
                        List.of(),
                        Shapes.ACCOUNT.only("id", "name").needing("id"),
                        Answer.ACCOUNT,
                        this::create),
                new AdminRoute(
                        "GET", "/accounts/{id}", "Shows an account.", List.of(), null, Answer.ACCOUNT, this::show),
                new AdminRoute(
                        "PATCH",
                        "/accounts/{id}",
                        "Changes the name, enables or disables. For operators.",
                        List.of(),
                        Shapes.ACCOUNT.only("name", "enabled"),
                        Answer.ACCOUNT,
                        this::update),
                new AdminRoute(
                        "DELETE",
                        "/accounts/{id}",
                        "Deletes an account that has no users and no instances. For operators.",
                        List.of(),
                        null,
                        Answer.NOTHING,
                        this::delete));
    }

    private JsonNode list(Call call) {
        return Paging.page(
                call.parameters(),
                work.state().accounts().stream()
                        .filter(account -> AdminApi.sees(call.actor(), account.id()))
                        .filter(account -> Paging.wanted(call.parameters(), account.id(), account.name())),
                Account::id,
                Fields::show);
    }

    private JsonNode show(Call call) {
        return show(call, call.id());
    }

    private JsonNode show(Call call, String id) {
        Account account = work.state().account(id);
        if (account == null || !AdminApi.sees(call.actor(), id)) {
            throw NotThere.of("account", id);
        }
        return Fields.show(account);
    }

    private JsonNode create(Call call) throws ControlOperationException {
        ObjectNode body = call.body();
        String id = Fields.text(body, "id");
        String name = Fields.text(body, "name", id);
        work.changes().make(call.actor(), operations -> operations.createAccount(id, name));
        return show(call, id);
    }

    private JsonNode update(Call call) throws ControlOperationException {
        work.changes().make(call.actor(), operations -> {
            Account before = work.state().account(call.id());
            if (before == null) {
                return operations.updateAccount(call.id(), null, null);
            }
            Account after = Fields.overlay(before, call.body(), Account.class);
            return operations.updateAccount(call.id(), after.name(), after.enabled());
        });
        return show(call);
    }

    private JsonNode delete(Call call) throws ControlOperationException {
        work.changes().make(call.actor(), operations -> operations.deleteAccount(call.id()));
        return Fields.object();
    }
}
