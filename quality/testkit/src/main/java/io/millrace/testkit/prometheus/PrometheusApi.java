package io.millrace.testkit.prometheus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.model.Labels;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Asks a Prometheus, or what answers like one, through its HTTP API. Thread-safe. */
public final class PrometheusApi {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIMEOUT)
            .build();
    private final ObjectMapper json = new ObjectMapper();
    private final String base;
    private final @Nullable String authorization;

    /** @param base what stands before {@code /api/v1} */
    public PrometheusApi(String base) {
        this.base = base;
        this.authorization = null;
    }

    /** With basic auth. */
    public PrometheusApi(String base, String user, String password) {
        this.base = base;
        this.authorization =
                "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    /** The values of a label. */
    public List<String> labelValues(String label) throws IOException, InterruptedException {
        List<String> values = new ArrayList<>();
        get("/label/" + label + "/values").forEach(value -> values.add(value.asText()));
        return values;
    }

    /** The labels of all series that match a selector, between two times in seconds; sorted. */
    public List<Labels> series(String selector, double fromSeconds, double toSeconds)
            throws IOException, InterruptedException {
        List<Labels> series = new ArrayList<>();
        get("/series?match[]=" + encode(selector) + "&start=" + fromSeconds + "&end=" + toSeconds)
                .forEach(one -> series.add(labels(one)));
        series.sort(null);
        return series;
    }

    /**
     * Evaluates a range selector such as {@code up[1m]} at one time; what comes back are the samples themselves. NaNs
     * come back as the usual NaN.
     *
     * @param timeMs in milliseconds
     * @return sorted by labels
     */
    public List<RawSeries> matrix(String selector, long timeMs) throws IOException, InterruptedException {
        return matrixWithWarnings(selector, timeMs).series();
    }

    /**
     * An answer with what the server had to say about it.
     *
     * @param warnings such as that newest samples may be missing
     */
    public record Matrix(List<RawSeries> series, List<String> warnings) {}

    /** As {@link #matrix}, with the warnings of the answer. */
    public Matrix matrixWithWarnings(String selector, long timeMs) throws IOException, InterruptedException {
        JsonNode answer = answer("/query?query=" + encode(selector) + "&time=" + timeMs / 1000 + "."
                + String.format(Locale.ROOT, "%03d", timeMs % 1000));
        List<String> warnings = new ArrayList<>();
        answer.path("warnings").forEach(warning -> warnings.add(warning.asText()));
        List<RawSeries> all = new ArrayList<>();
        for (JsonNode series : answer.get("data").get("result")) {
            List<RawSeries.RawSample> samples = new ArrayList<>();
            for (JsonNode sample : series.path("values")) {
                samples.add(new RawSeries.RawSample(
                        Math.round(sample.get(0).asDouble() * 1000),
                        Double.doubleToLongBits(value(sample.get(1).asText()))));
            }
            all.add(new RawSeries(labels(series.get("metric")), samples));
        }
        all.sort((left, right) -> left.labels().compareTo(right.labels()));
        return new Matrix(all, warnings);
    }

    /** {@code data} of the answer to a GET below {@code /api/v1}. */
    public JsonNode get(String pathAndQuery) throws IOException, InterruptedException {
        return answer(pathAndQuery).get("data");
    }

    private JsonNode answer(String pathAndQuery) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(base + "/api/v1" + pathAndQuery.replace("[]", "%5B%5D")))
                .timeout(TIMEOUT);
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException(response.uri() + " answered " + response.statusCode() + ": " + response.body());
        }
        return json.readTree(response.body());
    }

    private static Labels labels(JsonNode node) {
        Labels.Builder labels = Labels.builder();
        node.properties()
                .forEach(entry -> labels.add(entry.getKey(), entry.getValue().asText()));
        return labels.build();
    }

    private static double value(String text) {
        return switch (text) {
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            case "NaN" -> Double.NaN;
            default -> Double.parseDouble(text);
        };
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
