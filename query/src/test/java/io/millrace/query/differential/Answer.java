package io.millrace.query.differential;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a server said to a query.
 *
 * @param error {@code errorType: error}; empty when there is an answer
 * @param points series by their labels as JSON → time in ms → value
 */
record Answer(String error, String type, Map<String, Map<Long, Double>> points) {
    /**
     * As far as the order of additions may change a result: the variance and the slope of values near 2e9, seconds since
     * 1970, keep 8 digits. Prometheus' own scripts compare to 1e-6.
     */
    private static final double RELATIVE = 1e-8;

    static Answer of(JsonNode body) {
        Map<String, Map<Long, Double>> points = new TreeMap<>();
        if (!body.path("status").asText().equals("success")) {
            return new Answer(
                    body.path("errorType").asText() + ": " + body.path("error").asText(), "", points);
        }
        JsonNode data = body.get("data");
        String type = data.get("resultType").asText();
        JsonNode result = data.get("result");
        switch (type) {
            case "scalar" -> put(points, "", result);
            case "string" -> points.put(result.get(1).asText(), new TreeMap<>());
            default -> {
                for (JsonNode series : result) {
                    String labels = labels(series.get("metric"));
                    if (series.has("value")) {
                        put(points, labels, series.get("value"));
                    }
                    series.path("values").forEach(point -> put(points, labels, point));
                }
            }
        }
        return new Answer("", type, points);
    }

    private static String labels(JsonNode metric) {
        Map<String, String> sorted = new TreeMap<>();
        metric.properties()
                .forEach(label -> sorted.put(label.getKey(), label.getValue().asText()));
        return sorted.toString();
    }

    private static void put(Map<String, Map<Long, Double>> points, String labels, JsonNode point) {
        points.computeIfAbsent(labels, l -> new TreeMap<>())
                .put(
                        Math.round(point.get(0).asDouble() * 1000),
                        value(point.get(1).asText()));
    }

    private static double value(String text) {
        return switch (text) {
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }

    boolean failed() {
        return !error.isEmpty();
    }

    /** What differs first, or null. Of errors the type must be the same, not the words. */
    @Nullable
    String difference(Answer theirs) {
        if (failed() || theirs.failed()) {
            boolean same = errorType().equals(theirs.errorType());
            return same ? null : "ours " + shownError() + ", theirs " + theirs.shownError();
        }
        if (!type.equals(theirs.type)) {
            return "ours is a " + type + ", theirs a " + theirs.type;
        }
        if (!points.keySet().equals(theirs.points.keySet())) {
            TreeMap<String, Object> more = new TreeMap<>(points);
            more.keySet().removeAll(theirs.points.keySet());
            TreeMap<String, Object> fewer = new TreeMap<>(theirs.points);
            fewer.keySet().removeAll(points.keySet());
            return "series only of ours " + cut(more) + ", only of theirs " + cut(fewer);
        }
        for (Map.Entry<String, Map<Long, Double>> series : points.entrySet()) {
            String difference = difference(series.getValue(), theirs.points.get(series.getKey()));
            if (difference != null) {
                return series.getKey() + " " + difference;
            }
        }
        return null;
    }

    private static @Nullable String difference(Map<Long, Double> ours, Map<Long, Double> theirs) {
        if (!ours.keySet().equals(theirs.keySet())) {
            TreeMap<Long, Double> more = new TreeMap<>(ours);
            more.keySet().removeAll(theirs.keySet());
            TreeMap<Long, Double> fewer = new TreeMap<>(theirs);
            fewer.keySet().removeAll(ours.keySet());
            return "points only of ours " + cut(more) + ", only of theirs " + cut(fewer);
        }
        for (Map.Entry<Long, Double> point : ours.entrySet()) {
            double our = point.getValue();
            double their = theirs.get(point.getKey());
            if (!isClose(our, their)) {
                return "at " + point.getKey() + ": ours " + our + ", theirs " + their;
            }
        }
        return null;
    }

    /** 0 and -0 are the same here; JSON of both sides is compared elsewhere. */
    private static boolean isClose(double a, double b) {
        if (Double.isNaN(a) || Double.isNaN(b) || Double.isInfinite(a) || Double.isInfinite(b)) {
            return Double.compare(a, b) == 0 || Double.isNaN(a) && Double.isNaN(b);
        }
        return Math.abs(a - b) <= RELATIVE * Math.max(Math.abs(a), Math.abs(b));
    }

    private String errorType() {
        return failed() ? error.substring(0, error.indexOf(':')) : "";
    }

    private String shownError() {
        return failed() ? "refused with \"" + error + '"' : "answered " + points.size() + " series";
    }

    private static String cut(Object value) {
        String text = value.toString();
        return text.length() > 300 ? text.substring(0, 300) + "..." : text;
    }
}
