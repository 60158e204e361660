package io.millrace.query.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.query.admin.AdminRoute.Param;
import io.millrace.query.http.Parameters;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Lists page by page. A token says which id was the last, so that things made or deleted between two pages neither shift
 * the rest nor appear twice. Stateless.
 */
final class Paging {
    private static final int DEFAULT_RESULTS = 100;
    private static final int MOST_RESULTS = 1000;

    static final Param MAX_RESULTS = new Param(
            "maxResults",
            Shapes.WHOLE,
            false,
            "how many at most, 1 to " + MOST_RESULTS + ", default " + DEFAULT_RESULTS);
    static final Param NEXT_TOKEN =
            new Param("nextToken", Shapes.TEXT, false, "from the page before, for the one after it");
    static final Param ID = new Param("id", Shapes.TEXT, true, "only those with one of these ids");
    static final Param NAME =
            new Param("name", Shapes.TEXT, false, "only those with this in their id or name, in any case");

    private Paging() {}

    /** Whether id and name of a thing are what the caller looks for. */
    static boolean wanted(Parameters parameters, String id, String name) {
        List<String> ids = parameters.all(ID.name());
        String part = parameters.get(NAME.name()).toLowerCase(Locale.ROOT);
        return (ids.isEmpty() || ids.contains(id))
                && (part.isEmpty()
                        || id.contains(part)
                        || name.toLowerCase(Locale.ROOT).contains(part));
    }

    /** One page of things in the order of their ids. */
    static <T> ObjectNode page(
            Parameters parameters, Stream<T> things, Function<T, String> id, Function<T, ObjectNode> shown) {
        List<T> sorted = things.sorted(Comparator.comparing(id)).toList();
        String after = position(parameters);
        int most = maxResults(parameters);
        List<T> page = new ArrayList<>();
        boolean more = false;
        for (T each : sorted) {
            if (id.apply(each).compareTo(after) <= 0) {
                continue;
            }
            if (page.size() == most) {
                more = true;
                break;
            }
            page.add(each);
        }
        ObjectNode answer = list(page.stream().map(shown).toList());
        answer.put("total", sorted.size());
        if (more) {
            answer.put("nextToken", token(id.apply(page.get(page.size() - 1))));
        }
        return answer;
    }

    static ObjectNode list(List<ObjectNode> items) {
        ObjectNode answer = Fields.object();
        ArrayNode array = answer.putArray("items");
        items.forEach(array::add);
        return answer;
    }

    static int maxResults(Parameters parameters) {
        String text = parameters.get(MAX_RESULTS.name());
        if (text.isEmpty()) {
            return DEFAULT_RESULTS;
        }
        if (!text.matches("[0-9]{1,4}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > MOST_RESULTS) {
            throw new InvalidRequest("maxResults must be 1 to " + MOST_RESULTS + ", it is '" + text + "'");
        }
        return Integer.parseInt(text);
    }

    /** What the token says, "" when there is none. */
    static String position(Parameters parameters) {
        try {
            return new String(Base64.getUrlDecoder().decode(parameters.get(NEXT_TOKEN.name())), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new InvalidRequest("nextToken is not one that this API gave out");
        }
    }

    static String token(String position) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(position.getBytes(StandardCharsets.UTF_8));
    }
}
