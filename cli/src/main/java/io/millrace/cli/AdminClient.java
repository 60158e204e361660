package io.millrace.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Speaks to the admin API and to the API of an instance; turns what goes wrong into sentences. For one thread. */
final class AdminClient {
    /** A change waits for Kafka up to 25 s. */
    private static final Duration TIMEOUT = Duration.ofSeconds(40);

    static final ObjectMapper JSON = new ObjectMapper();

    private final String url;
    private final String keyId;
    private final String authorization;
    private final String keyFrom;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();

    /** @param keyFrom where the key comes from, for messages */
    AdminClient(String url, String keyId, String secret, String keyFrom) {
        this.url = url;
        this.keyId = keyId;
        this.keyFrom = keyFrom;
        this.authorization =
                "Basic " + Base64.getEncoder().encodeToString((keyId + ":" + secret).getBytes(StandardCharsets.UTF_8));
    }

    /** {@code a=1&b=2} of names and values; those without a value are left out. */
    static String query(List<? extends @Nullable Object> namesAndValues) {
        StringBuilder query = new StringBuilder();
        for (int i = 0; i < namesAndValues.size(); i += 2) {
            Object value = namesAndValues.get(i + 1);
            if (value instanceof List<?> several) {
                for (Object one : several) {
                    append(query, namesAndValues.get(i), one);
                }
            } else if (value != null && !value.equals("")) {
                append(query, namesAndValues.get(i), value);
            }
        }
        return query.toString();
    }

    private static void append(StringBuilder query, @Nullable Object name, @Nullable Object value) {
        query.append(query.isEmpty() ? "?" : "&")
                .append(name)
                .append('=')
                .append(URLEncoder.encode(String.valueOf(value), StandardCharsets.UTF_8));
    }

    /** A segment of a path. */
    static String segment(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    JsonNode get(String path) {
        return send("GET", "/admin/v1/" + path, null);
    }

    /** All pages of a list; at most {@code most} items. */
    ArrayNode list(String path, String query, int most) {
        ArrayNode items = JSON.createArrayNode();
        String token = "";
        do {
            String page = query + (query.isEmpty() ? "?" : "&") + "maxResults=" + Math.min(1000, most - items.size())
                    + (token.isEmpty() ? "" : "&nextToken=" + token);
            JsonNode answer = get(path + page);
            answer.path("items").forEach(items::add);
            token = answer.path("nextToken").asText("");
        } while (!token.isEmpty() && items.size() < most);
        return items;
    }

    JsonNode post(String path, JsonNode body) {
        return send("POST", "/admin/v1/" + path, body);
    }

    JsonNode patch(String path, JsonNode body) {
        return send("PATCH", "/admin/v1/" + path, body);
    }

    JsonNode put(String path, JsonNode body) {
        return send("PUT", "/admin/v1/" + path, body);
    }

    void delete(String path) {
        send("DELETE", "/admin/v1/" + path, null);
    }

    /** The field {@code data} of an answer about an instance. */
    JsonNode instance(String instance, String path) {
        return send("GET", "/prometheus/" + segment(instance) + "/api/v1/" + path, null)
                .path("data");
    }

    /** Deletes what the parameters select. */
    void deleteSeries(String instance, String query) {
        send("POST", "/prometheus/" + segment(instance) + "/api/v1/" + DeletionsCommand.PATH + query, null);
    }

    static ObjectNode object() {
        return JSON.createObjectNode();
    }

    private JsonNode send(String method, String path, @Nullable JsonNode body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + path))
                .header("Authorization", authorization)
                .header("Content-Type", "application/json")
                .timeout(TIMEOUT)
                .method(
                        method,
                        body == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body.toString()))
                .build();
        HttpResponse<String> response = exchange(request);
        JsonNode answer = parse(response);
        if (response.statusCode() / 100 != 2) {
            throw refused(response.statusCode(), answer);
        }
        if (answer == null) {
            throw new CliException(
                    CliException.FAILED,
                    url + " is no query service of Millrace: it answers " + response.statusCode()
                            + " without JSON. The admin API is where /admin/v1/openapi.json is.");
        }
        return answer;
    }

    private HttpResponse<String> exchange(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (ConnectException e) {
            throw new CliException(
                    CliException.FAILED,
                    "Nothing answers at " + url + ": is the query service running, and the address right?"
                            + " 'bin/millrace status' shows what runs on this machine.");
        } catch (HttpTimeoutException e) {
            throw new CliException(
                    CliException.FAILED,
                    url + " does not answer within " + TIMEOUT.toSeconds() + " s; a change may or may not be made.");
        } catch (IOException e) {
            throw new CliException(CliException.FAILED, "The connection to " + url + " failed: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CliException(CliException.FAILED, "Interrupted.");
        }
    }

    private static @Nullable JsonNode parse(HttpResponse<String> response) {
        try {
            return JSON.readTree(response.body());
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    private CliException refused(int status, @Nullable JsonNode answer) {
        JsonNode error = answer == null ? JSON.missingNode() : answer.path("error");
        String message =
                error.isTextual() ? error.asText() : error.path("message").asText("");
        return switch (status) {
            case 400 -> new InvalidBodyException(message, error.path("problems"));
            case 401 ->
                new CliException(
                        CliException.FAILED,
                        url + " does not take AccessKey " + keyId + " (from " + keyFrom + "): " + message + ".");
            case 403 ->
                new CliException(
                        CliException.FAILED,
                        "Not allowed with AccessKey " + keyId + " (from " + keyFrom + "): " + message + ".");
            case 404 -> new CliException(CliException.NOT_FOUND, sentence(message.isEmpty() ? "not found" : message));
            case 503 ->
                new CliException(
                        CliException.FAILED, url + " cannot do it now: " + message + ". Try again in a moment.");
            default ->
                new CliException(
                        CliException.FAILED, sentence(message.isEmpty() ? url + " answers " + status : message));
        };
    }

    static String sentence(String text) {
        return text.isEmpty() ? text : Character.toUpperCase(text.charAt(0)) + text.substring(1) + ".";
    }
}
