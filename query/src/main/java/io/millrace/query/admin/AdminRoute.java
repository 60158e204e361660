package io.millrace.query.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.query.http.Parameters;
import io.millrace.runtime.control.Actor;
import io.millrace.runtime.control.Authentication.Authenticated;
import io.millrace.runtime.control.ControlOperationException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One operation of the admin API: what a caller may send, and who answers it. The API finds its way by these, checks
 * parameters and body by them, and describes itself with them. Immutable.
 *
 * @param path behind {@code /admin/v1}, with at most one {@code {id}}
 * @param summary one line for people
 * @param parameters of the query string; others are refused
 * @param body null when there is none
 * @param answer which schema of the description the answer has
 * @param tellsProblems whether the handler gets bodies that do not fit as well, with what is wrong with them, because it
 *     has more to say
 */
record AdminRoute(
        String method,
        String path,
        String summary,
        List<Param> parameters,
        Shape.@Nullable Struct body,
        Answer answer,
        boolean tellsProblems,
        Handler handler) {

    /** What an answer looks like. */
    enum Answer {
        ACCOUNT,
        USER,
        KEY,
        NEW_KEY,
        INSTANCE,
        PROCESSING,
        AUDIT_ENTRY,
        OTHER,
        NOTHING
    }

    /** A parameter of the query string; may be given several times when {@code several}. */
    record Param(String name, Shape shape, boolean several, String description) {}

    /**
     * A request that fits its route, unless the route tells the problems itself.
     *
     * @param id what stands for {@code {id}} in the path; empty when there is none
     * @param body checked; an empty object when there is none
     * @param problems of the body, empty when it fits
     */
    record Call(
            Actor actor, Authenticated caller, Parameters parameters, String id, ObjectNode body, Problems problems) {}

    /** Finds the answer; may block on Kafka. */
    @FunctionalInterface
    interface Handler {
        JsonNode answer(Call call) throws ControlOperationException;
    }

    /** A route whose handler gets bodies that fit only. */
    AdminRoute(
            String method,
            String path,
            String summary,
            List<Param> parameters,
            Shape.@Nullable Struct body,
            Answer answer,
            Handler handler) {
        this(method, path, summary, parameters, body, answer, false, handler);
    }

    AdminRoute {
        parameters = List.copyOf(parameters);
    }

    /** What stands for {@code {id}} in this path, "" when it needs none, null when the path is another one. */
    @Nullable
    String match(List<String> segments) {
        String[] wanted = path.substring(1).split("/", -1);
        if (wanted.length != segments.size()) {
            return null;
        }
        String id = "";
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i].equals("{id}")) {
                id = segments.get(i);
                if (id.isEmpty()) {
                    return null;
                }
            } else if (!wanted[i].equals(segments.get(i))) {
                return null;
            }
        }
        return id;
    }

    boolean list() {
        return parameters.contains(Paging.MAX_RESULTS);
    }
}
