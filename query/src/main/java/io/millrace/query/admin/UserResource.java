package io.millrace.query.admin;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.query.admin.AdminRoute.Answer;
import io.millrace.query.admin.AdminRoute.Call;
import io.millrace.query.admin.AdminRoute.Param;
import io.millrace.runtime.control.ControlOperationException;
import io.millrace.runtime.control.User;
import java.util.List;

/** {@code users}: the holders of keys and policies. */
final class UserResource {
    private static final Param ACCOUNT = new Param("account", Shapes.TEXT, false, "only those of this account");

    private final AdminWork work;

    UserResource(AdminWork work) {
        this.work = work;
    }

    List<AdminRoute> routes() {
        return List.of(
                new AdminRoute(
                        "GET",
                        "/users",
                        "Lists users.",
                        List.of(ACCOUNT, Paging.ID, Paging.NAME, Paging.MAX_RESULTS, Paging.NEXT_TOKEN),
                        null,
                        Answer.USER,
                        this::list),
                new AdminRoute(
                        "POST",
                        "/users",
                        "Makes a user.",
                        List.of(),
                        Shapes.USER.only("id", "accountId", "name", "policies").needing("id"),
                        Answer.USER,
                        this::create),
                new AdminRoute("GET", "/users/{id}", "Shows a user.", List.of(), null, Answer.USER, this::show),
                new AdminRoute(
                        "PATCH",
                        "/users/{id}",
                        "Changes name or policies, enables or disables. Policies are replaced as a whole.",
                        List.of(),
                        Shapes.USER.only("name", "enabled", "policies"),
                        Answer.USER,
                        this::update),
                new AdminRoute(
                        "DELETE",
                        "/users/{id}",
                        "Deletes a user with all its keys.",
                        List.of(),
                        null,
                        Answer.NOTHING,
                        this::delete));
    }

    private JsonNode list(Call call) {
        String account = call.parameters().get(ACCOUNT.name());
        return Paging.page(
                call.parameters(),
                work.state().users().stream()
                        .filter(user -> AdminApi.sees(call.actor(), user.accountId()))
                        .filter(user -> account.isEmpty() || account.equals(user.accountId()))
                        .filter(user -> Paging.wanted(call.parameters(), user.id(), user.name())),
                User::id,
                Fields::show);
    }

    private JsonNode show(Call call) {
        return show(call, call.id());
    }

    private JsonNode show(Call call, String id) {
        User user = work.state().user(id);
        if (user == null || !AdminApi.sees(call.actor(), user.accountId())) {
            throw NotThere.of("user", id);
        }
        return Fields.show(user);
    }

    private JsonNode create(Call call) throws ControlOperationException {
        String id = Fields.text(call.body(), "id");
        String account = AdminApi.accountOf(call);
        User blank = new User(id, account, id, true, List.of(), work.clock().instant());
        User wanted = Fields.overlay(blank, call.body(), User.class);
        work.changes().make(call.actor(), ops -> ops.createUser(account, id, wanted.name(), wanted.policies()));
        return show(call, id);
    }

    private JsonNode update(Call call) throws ControlOperationException {
        work.changes().make(call.actor(), operations -> {
            User before = work.state().user(call.id());
            if (before == null) {
                return operations.updateUser(call.id(), null, null, null);
            }
            User after = Fields.overlay(before, call.body(), User.class);
            return operations.updateUser(call.id(), after.name(), after.enabled(), after.policies());
        });
        return show(call);
    }

    private JsonNode delete(Call call) throws ControlOperationException {
        work.changes().make(call.actor(), operations -> operations.deleteUser(call.id()));
        return Fields.object();
    }
}
