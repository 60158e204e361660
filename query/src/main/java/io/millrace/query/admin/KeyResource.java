package io.millrace.query.admin;

import static io.millrace.query.admin.AdminApi.noSuchMethod;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.promql.format.Durations;
import io.millrace.query.http.AdminRequest;
import io.millrace.runtime.control.AccessKey;
import io.millrace.runtime.control.Actor;
import io.millrace.runtime.control.ControlOperationException;
import io.millrace.runtime.control.ControlOperations.NewKey;
import io.millrace.runtime.control.KeyUse;
import io.millrace.runtime.control.User;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code keys}: the secret is in the answer that makes a key, and nowhere after that. */
final class KeyResource implements AdminApi.Resource {
    private static final String DEFAULT_GRACE = "1d";

    private final AdminWork work;

    KeyResource(AdminWork work) {
        this.work = work;
    }

    @Override
    public JsonNode answer(Actor actor, AdminRequest request, String id, String verb) throws ControlOperationException {
        if (verb.equals("rotate") && request.method().equals("POST")) {
            return rotate(actor, request, id);
        }
        if (!verb.isEmpty()) {
            throw noSuchMethod(request, "POST .../rotate");
        }
        if (id.isEmpty()) {
            return switch (request.method()) {
                case "GET" -> list(actor, request.parameters().get("user"));
                case "POST" -> create(actor, request);
                default -> throw noSuchMethod(request, "GET or POST");
            };
        }
        return switch (request.method()) {
            case "GET" -> show(actor, id);
            case "PATCH" -> update(actor, request, id);
            case "DELETE" -> {
                work.changes().make(actor, operations -> operations.deleteKey(id));
                yield Fields.object();
            }
            default -> throw noSuchMethod(request, "GET, PATCH or DELETE");
        };
    }

    private boolean sees(Actor actor, AccessKey key) {
        User user = work.tables().state().user(key.userId());
        return actor.accountId() == null || user != null && AdminApi.sees(actor, user.accountId());
    }

    private JsonNode list(Actor actor, String user) {
        ArrayNode items = Fields.mapper().createArrayNode();
        work.tables().state().accessKeys().stream()
                .filter(key -> sees(actor, key))
                .filter(key -> user.isEmpty() || user.equals(key.userId()))
                .sorted(Comparator.comparing(AccessKey::id))
                .forEach(key -> items.add(shown(key)));
        return AdminApi.list(items);
    }

    private ObjectNode shown(AccessKey key) {
        ObjectNode shown = Fields.show(key);
        KeyUse use = work.uses().lastUse(key.id());
        if (use != null) {
            shown.put("lastUsed", use.at().toString()).put("lastUsedFrom", use.address());
        }
        return shown;
    }

    private JsonNode show(Actor actor, String id) {
        AccessKey key = work.tables().state().accessKey(id);
        if (key == null || !sees(actor, key)) {
            throw NotThere.of("access key", id);
        }
        return shown(key);
    }

    private JsonNode create(Actor actor, AdminRequest request) throws ControlOperationException {
        ObjectNode body = Fields.read(request.body(), Set.of("userId", "expires"));
        String user = Fields.text(body, "userId");
        Instant expires = expires(body);
        return withSecret(work.changes().makeKey(actor, operations -> operations.createKey(user, expires)));
    }

    private JsonNode rotate(Actor actor, AdminRequest request, String id) throws ControlOperationException {
        ObjectNode body = Fields.read(request.body(), Set.of("grace"));
        Duration grace;
        try {
            grace = Duration.ofMillis(Durations.parse(Fields.text(body, "grace", DEFAULT_GRACE)));
        } catch (IllegalArgumentException e) {
            throw new Fields.InvalidException("field 'grace' is a duration such as 1d or 12h");
        }
        return withSecret(work.changes().makeKey(actor, operations -> operations.rotateKey(id, grace)));
    }

    private ObjectNode withSecret(NewKey made) {
        return shown(made.key()).put("secret", made.secret().reveal());
    }

    private JsonNode update(Actor actor, AdminRequest request, String id) throws ControlOperationException {
        ObjectNode body = Fields.read(request.body(), Set.of("enabled", "expires"));
        JsonNode enabled = body.get("enabled");
        if (enabled != null && !enabled.isBoolean()) {
            throw new Fields.InvalidException("field 'enabled' is true or false");
        }
        if (body.has("expires")) {
            Instant expires = expires(body);
            work.changes().make(actor, operations -> operations.setKeyExpiry(id, expires));
        }
        if (enabled != null) {
            work.changes().make(actor, operations -> operations.setKeyEnabled(id, enabled.booleanValue()));
        }
        return show(actor, id);
    }

    /** Null for never. */
    private static @Nullable Instant expires(ObjectNode body) {
        if (!body.hasNonNull("expires")) {
            return null;
        }
        try {
            return Instant.parse(Fields.text(body, "expires"));
        } catch (DateTimeParseException e) {
            throw new Fields.InvalidException("field 'expires' is a time such as 2030-01-31T12:00:00Z, or null");
        }
    }
}
