package io.millrace.query.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.query.admin.AdminRoute.Answer;
import io.millrace.query.admin.AdminRoute.Call;
import io.millrace.query.admin.AdminRoute.Param;
import io.millrace.query.admin.Shape.Struct;
import io.millrace.runtime.control.AccessKey;
import io.millrace.runtime.control.Actor;
import io.millrace.runtime.control.ControlOperationException;
import io.millrace.runtime.control.ControlOperations.NewKey;
import io.millrace.runtime.control.KeyUse;
import io.millrace.runtime.control.User;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code keys}: the secret is in the answer that makes a key, and nowhere after that. */
final class KeyResource {
    private static final String DEFAULT_GRACE = "PT24H";
    private static final Param USER = new Param("user", Shapes.TEXT, false, "only those of this user");
    private static final Param ACCOUNT =
            new Param("account", Shapes.TEXT, false, "only those of users of this account");

    private final AdminWork work;

    KeyResource(AdminWork work) {
        this.work = work;
    }

    List<AdminRoute> routes() {
        return List.of(
                new AdminRoute(
                        "GET",
                        "/keys",
                        "Lists access keys with their last use.",
                        List.of(USER, ACCOUNT, Paging.ID, Paging.MAX_RESULTS, Paging.NEXT_TOKEN),
                        null,
                        Answer.KEY,
                        this::list),
                new AdminRoute(
                        "POST",
                        "/keys",
                        "Makes a key. The answer holds the secret, which is shown this once.",
                        List.of(),
                        Shapes.KEY.only("userId", "expires").needing("userId"),
                        Answer.NEW_KEY,
                        this::create),
                new AdminRoute("GET", "/keys/{id}", "Shows a key.", List.of(), null, Answer.KEY, this::show),
                new AdminRoute(
                        "PATCH",
                        "/keys/{id}",
                        "Enables or disables a key, sets or removes its expiry.",
                        List.of(),
                        Shapes.KEY.only("enabled", "expires"),
                        Answer.KEY,
                        this::update),
                new AdminRoute(
                        "POST",
                        "/keys/{id}/rotate",
                        "Makes a second key of the same user; the first expires after the grace.",
                        List.of(),
                        new Struct(Map.of()).with("grace", new Shape.Length(), "0 to 90 days, default 1d"),
                        Answer.NEW_KEY,
                        this::rotate),
                new AdminRoute(
                        "DELETE", "/keys/{id}", "Deletes a key.", List.of(), null, Answer.NOTHING, this::delete));
    }

    private boolean sees(Actor actor, AccessKey key) {
        User user = work.state().user(key.userId());
        return actor.accountId() == null || user != null && AdminApi.sees(actor, user.accountId());
    }

    private boolean belongs(AccessKey key, String account) {
        User user = work.state().user(key.userId());
        return account.isEmpty() || user != null && user.accountId().equals(account);
    }

    private JsonNode list(Call call) {
        String user = call.parameters().get(USER.name());
        String account = call.parameters().get(ACCOUNT.name());
        return Paging.page(
                call.parameters(),
                work.state().accessKeys().stream()
                        .filter(key -> sees(call.actor(), key))
                        .filter(key -> user.isEmpty() || user.equals(key.userId()))
                        .filter(key -> belongs(key, account))
                        .filter(key -> Paging.wanted(call.parameters(), key.id(), "")),
                AccessKey::id,
                this::shown);
    }

    private ObjectNode shown(AccessKey key) {
        ObjectNode shown = Fields.show(key);
        KeyUse use = work.uses().lastUse(key.id());
        if (use != null) {
            shown.put("lastUsed", use.at().toString()).put("lastUsedFrom", use.address());
        }
        return shown;
    }

    private JsonNode show(Call call) {
        AccessKey key = work.state().accessKey(call.id());
        if (key == null || !sees(call.actor(), key)) {
            throw NotThere.of("access key", call.id());
        }
        return shown(key);
    }

    private JsonNode create(Call call) throws ControlOperationException {
        String user = Fields.text(call.body(), "userId");
        Instant expires = expires(call.body());
        return withSecret(work.changes().makeKey(call.actor(), operations -> operations.createKey(user, expires)));
    }

    private JsonNode rotate(Call call) throws ControlOperationException {
        Duration grace = Duration.parse(Fields.text(call.body(), "grace", DEFAULT_GRACE));
        return withSecret(work.changes().makeKey(call.actor(), operations -> operations.rotateKey(call.id(), grace)));
    }

    private ObjectNode withSecret(NewKey made) {
        return shown(made.key()).put("secret", made.secret().reveal());
    }

    private JsonNode update(Call call) throws ControlOperationException {
        ObjectNode body = call.body();
        work.changes().makeAll(call.actor(), draft -> {
            if (body.has("expires")) {
                draft.make(operations -> operations.setKeyExpiry(call.id(), expires(body)));
            }
            if (body.has("enabled")) {
                boolean enabled = body.get("enabled").booleanValue();
                draft.make(operations -> operations.setKeyEnabled(call.id(), enabled));
            }
            return draft;
        });
        return show(call);
    }

    private JsonNode delete(Call call) throws ControlOperationException {
        work.changes().make(call.actor(), operations -> operations.deleteKey(call.id()));
        return Fields.object();
    }

    /** Null for never. */
    private static @Nullable Instant expires(ObjectNode body) {
        return body.hasNonNull("expires") ? Instant.parse(Fields.text(body, "expires")) : null;
    }
}
