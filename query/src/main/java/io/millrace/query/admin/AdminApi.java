package io.millrace.query.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.query.admin.AdminRoute.Answer;
import io.millrace.query.admin.AdminRoute.Call;
import io.millrace.query.admin.Problems.Problem;
import io.millrace.query.http.AdminEndpoint;
import io.millrace.query.http.AdminRequest;
import io.millrace.query.http.ApiAnswer;
import io.millrace.runtime.control.Actor;
import io.millrace.runtime.control.ControlOperationException;
import io.millrace.runtime.control.ControlPublishException;
import io.millrace.runtime.control.ControlState;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The admin API: finds the route of a request, checks it and hands it on. Callers need a user with the policy {@code full}
 * on all instances; they see and change their own account, those of an operator's account everything. Thread-safe.
 */
public final class AdminApi implements AdminEndpoint {
    /** JSON is YAML, so that tools find what they look for under either name. */
    private static final Map<String, String> DESCRIPTION =
            Map.of("openapi.json", "application/json", "openapi.yaml", "application/yaml");

    private final List<AdminRoute> routes;
    private final ControlState state;
    private final byte[] description;

    public AdminApi(AdminWork work) {
        this.state = work.state();
        this.routes = routes(work);
        try {
            description = Fields.mapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(OpenApi.document(routes));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a description is always JSON", e);
        }
    }

    static List<AdminRoute> routes(AdminWork work) {
        List<AdminRoute> routes = new ArrayList<>();
        routes.addAll(new AccountResource(work).routes());
        routes.addAll(new UserResource(work).routes());
        routes.addAll(new KeyResource(work).routes());
        routes.addAll(new InstanceResource(work).routes());
        routes.addAll(new AuditResource(work).routes());
        routes.addAll(new TenantsResource(work).routes());
        routes.addAll(new SelfResource().routes());
        return List.copyOf(routes);
    }

    @Override
    public @Nullable ApiAnswer description(String path) {
        String type = DESCRIPTION.get(path);
        return type == null ? null : new ApiAnswer.Raw(200, type, Map.of(), true, out -> out.write(description));
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
        AdminRoute route = null;
        List<String> methods = new ArrayList<>();
        for (AdminRoute each : routes) {
            if (each.match(request.segments()) != null) {
                methods.add(each.method());
                route = each.method().equals(request.method()) ? each : route;
            }
        }
        if (methods.isEmpty()) {
            return error(404, "not_found", "there is nothing at this path; see /admin/v1/openapi.json");
        }
        return route == null
                ? error(
                        405,
                        "method_not_allowed",
                        request.method() + " is not possible here; use " + String.join(", ", methods))
                : answer(route, request, actor.get());
    }

    private ApiAnswer answer(AdminRoute route, AdminRequest request, Actor actor) {
        try {
            requireKnownParameters(route, request);
            Problems problems = new Problems();
            ObjectNode body = Fields.read(request.body(), route.body(), problems);
            if (!route.tellsProblems()) {
                problems.throwIfAny();
            }
            JsonNode answer = route.handler()
                    .answer(new Call(
                            actor,
                            request.caller(),
                            request.parameters(),
                            String.valueOf(route.match(request.segments())),
                            body,
                            problems));
            boolean made = route.method().equals("POST") && route.answer() != Answer.OTHER;
            return new ApiAnswer.Json(made ? 201 : 200, json -> Fields.mapper().writeTree(json, answer));
        } catch (ControlOperationException e) {
            return error(
                    e.reason().status(), e.reason().name().toLowerCase(Locale.ROOT), String.valueOf(e.getMessage()));
        } catch (InvalidRequest e) {
            return invalid(e);
        } catch (NotThere e) {
            return error(404, "not_found", String.valueOf(e.getMessage()));
        } catch (ControlPublishException e) {
            return error(503, "unavailable", String.valueOf(e.getMessage()));
        } catch (IllegalStateException e) {
            if (!state.ready()) {
                return error(503, "unavailable", "starting: not all accounts have been read yet");
            }
            throw e;
        }
    }

    private static void requireKnownParameters(AdminRoute route, AdminRequest request) {
        Problems problems = new Problems();
        for (String name : request.parameters().names()) {
            AdminRoute.Param param = route.parameters().stream()
                    .filter(each -> each.name().equals(name))
                    .findFirst()
                    .orElse(null);
            String value = request.parameters().get(name);
            if (param == null) {
                List<String> names =
                        route.parameters().stream().map(AdminRoute.Param::name).toList();
                problems.add(
                        name,
                        "there is no such parameter; there "
                                + (names.isEmpty() ? "are none" : "are " + String.join(", ", names)));
            } else if (param.shape() instanceof Shape.Flag && !value.matches("true|false")) {
                problems.add(name, "must be true or false, it is '" + value + "'");
            } else if (param.shape() instanceof Shape.Choice choice
                    && !choice.words().contains(value)) {
                problems.add(name, "must be one of " + String.join(", ", choice.words()) + ", it is '" + value + "'");
            }
        }
        problems.throwIfAny();
    }

    @Override
    public ApiAnswer error(int status, String reason, String message) {
        ObjectNode error = Fields.object();
        error.putObject("error").put("reason", reason).put("message", message);
        return new ApiAnswer.Json(status, json -> Fields.mapper().writeTree(json, error));
    }

    private static ApiAnswer invalid(InvalidRequest e) {
        ObjectNode error = Fields.object();
        ArrayNode problems = error.putObject("error")
                .put("reason", "invalid")
                .put("message", String.valueOf(e.getMessage()))
                .putArray("problems");
        for (Problem problem : e.problems()) {
            problems.addObject().put("path", problem.path()).put("message", problem.message());
        }
        return new ApiAnswer.Json(400, json -> Fields.mapper().writeTree(json, error));
    }

    /** Whether the actor may know of things of the account. */
    static boolean sees(Actor actor, String accountId) {
        return actor.accountId() == null || accountId.equals(actor.accountId());
    }

    /** The account a new thing goes to: the one named, or the caller's own. */
    static String accountOf(Call call) {
        return Fields.text(call.body(), "accountId", call.caller().account().id());
    }
}
