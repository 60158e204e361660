package io.millrace.query.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.query.admin.Fields.InvalidException;
import io.millrace.query.http.AdminEndpoint;
import io.millrace.query.http.AdminRequest;
import io.millrace.query.http.ApiAnswer;
import io.millrace.runtime.control.Actor;
import io.millrace.runtime.control.ControlOperationException;
import io.millrace.runtime.control.ControlPublishException;
import io.millrace.runtime.control.ControlState;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Routes the admin API by the first segment of the path. Callers need a user with the policy {@code full} on all
 * instances; they see and change their own account, those of an operator's account everything. Thread-safe.
 */
public final class AdminApi implements AdminEndpoint {
    private static final String DESCRIPTION = "openapi.yaml";

    private final Map<String, Resource> resources;
    private final ControlState state;
    private final byte[] description;

    /** One kind of thing. {@code id} is the segment behind the kind, {@code verb} the one behind that; "" when absent. */
    interface Resource {
        JsonNode answer(Actor actor, AdminRequest request, String id, String verb) throws ControlOperationException;
    }

    /** A method that a path does not have. */
    static final class MethodNotAllowed extends RuntimeException {
        MethodNotAllowed(String message) {
            super(message, null, false, false);
        }
    }

    public AdminApi(AdminWork work) {
        this.state = work.tables().state();
        this.resources = Map.of(
                "accounts", new AccountResource(work),
                "users", new UserResource(work),
                "keys", new KeyResource(work),
                "instances", new InstanceResource(work),
                "audit", new AuditResource(work));
        try (InputStream in = AdminApi.class.getResourceAsStream(DESCRIPTION)) {
            if (in == null) {
                throw new IllegalStateException(DESCRIPTION + " is not in the jar");
            }
            description = in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public @Nullable ApiAnswer description(String path) {
        return path.equals(DESCRIPTION)
                ? new ApiAnswer.Raw(200, "application/yaml", Map.of(), true, out -> out.write(description))
                : null;
    }

    @Override
    public ApiAnswer answer(AdminRequest request) {
        Optional<Actor> actor = Actor.of(request.caller(), request.address());
        if (actor.isEmpty()) {
            return error(
                    403,
                    "forbidden",
                    "user '" + request.caller().user().id()
                            + "' may not administer: that needs the policy full on all instances");
        }
        List<String> path = request.segments();
        Resource resource = resources.get(path.get(0));
        if (resource == null || path.size() > 3 || path.subList(1, path.size()).contains("")) {
            return error(404, "not_found", "there is nothing at this path; see /admin/v1/" + DESCRIPTION);
        }
        String id = path.size() > 1 ? path.get(1) : "";
        String verb = path.size() > 2 ? path.get(2) : "";
        try {
            JsonNode answer = resource.answer(actor.get(), request, id, verb);
            boolean made = request.method().equals("POST");
            return new ApiAnswer.Json(made ? 201 : 200, json -> Fields.mapper().writeTree(json, answer));
        } catch (ControlOperationException e) {
            return error(
                    e.reason().status(),
                    e.reason().name().toLowerCase(java.util.Locale.ROOT),
                    String.valueOf(e.getMessage()));
        } catch (InvalidException e) {
            return error(400, "invalid", String.valueOf(e.getMessage()));
        } catch (NotThere e) {
            return error(404, "not_found", String.valueOf(e.getMessage()));
        } catch (MethodNotAllowed e) {
            return error(405, "method_not_allowed", String.valueOf(e.getMessage()));
        } catch (ControlPublishException e) {
            return error(503, "unavailable", String.valueOf(e.getMessage()));
        } catch (IllegalStateException e) {
            if (!state.ready()) {
                return error(503, "unavailable", "starting: not all accounts have been read yet");
            }
            throw e;
        }
    }

    @Override
    public ApiAnswer error(int status, String reason, String message) {
        ObjectNode error = Fields.object();
        error.putObject("error").put("reason", reason).put("message", message);
        return new ApiAnswer.Json(status, json -> Fields.mapper().writeTree(json, error));
    }

    static MethodNotAllowed noSuchMethod(AdminRequest request, String methods) {
        return new MethodNotAllowed(request.method() + " is not possible here; use " + methods);
    }

    /** Whether the actor may know of things of the account. */
    static boolean sees(Actor actor, String accountId) {
        return actor.accountId() == null || accountId.equals(actor.accountId());
    }

    /** The account a new thing goes to: the one named, or the caller's own. */
    static String accountOf(ObjectNode body, AdminRequest request) {
        return Fields.text(body, "accountId", request.caller().account().id());
    }

    static ObjectNode list(ArrayNode items) {
        ObjectNode list = Fields.object();
        list.set("items", items);
        return list;
    }
}
