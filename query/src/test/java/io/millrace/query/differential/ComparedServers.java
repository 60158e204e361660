package io.millrace.query.differential;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Asks both servers the same, both at once. Thread-safe. */
final class ComparedServers {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String ours;
    private final String authorization;
    private final String theirs;

    /** @param ours what stands before {@code /api/v1}, as {@code theirs} */
    ComparedServers(String ours, String user, String password, String theirs) {
        this.ours = ours;
        this.authorization =
                "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
        this.theirs = theirs;
    }

    /** What differs, or null. */
    @Nullable
    String instant(String query, String time) {
        return difference("query", "query=" + encode(query) + "&time=" + time);
    }

    /** What differs, or null. */
    @Nullable
    String range(String query, String start, String end, String step) {
        return difference(
                "query_range", "query=" + encode(query) + "&start=" + start + "&end=" + end + "&step=" + step);
    }

    /** The whole answer of both to a GET, status first: ours, then theirs. Vectors have no order, so theirs is sorted. */
    List<JsonNode> answers(String pathAndQuery) {
        CompletableFuture<JsonNode> our = get(ours, pathAndQuery);
        CompletableFuture<JsonNode> their = get(theirs, pathAndQuery);
        return List.of(our.join(), their.join());
    }

    private CompletableFuture<JsonNode> get(String base, String pathAndQuery) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + "/api/v1/" + pathAndQuery));
        if (base.equals(ours)) {
            request.header("Authorization", authorization);
        }
        return client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString())
                .thenApply(response -> {
                    ObjectNode all = JSON.createObjectNode();
                    all.put("httpStatus", response.statusCode());
                    all.set("body", sorted(tree(response.body())));
                    return all;
                });
    }

    private static JsonNode sorted(JsonNode body) {
        JsonNode result = body.at("/data/result");
        if (body.at("/data/resultType").asText().equals("vector")) {
            List<JsonNode> series = new ArrayList<>();
            result.forEach(series::add);
            series.sort(Comparator.comparing(JsonNode::toString));
            ((ArrayNode) result).removeAll().addAll(series);
        }
        return body;
    }

    private @Nullable String difference(String path, String form) {
        CompletableFuture<Answer> our = ask(ours, path, form);
        CompletableFuture<Answer> their = ask(theirs, path, form);
        return our.join().difference(their.join());
    }

    private CompletableFuture<Answer> ask(String base, String path, String form) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + "/api/v1/" + path))
                .timeout(Duration.ofSeconds(60))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form));
        if (base.equals(ours)) {
            request.header("Authorization", authorization);
        }
        return client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString())
                .thenApply(response -> parse(response.body()));
    }

    private static Answer parse(String body) {
        return Answer.of(tree(body));
    }

    private static JsonNode tree(String body) {
        try {
            return JSON.readTree(body);
        } catch (IOException e) {
            throw new UncheckedIOException("not JSON: " + body, e);
        }
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
