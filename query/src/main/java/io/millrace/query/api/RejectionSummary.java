package io.millrace.query.api;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.model.RefusedItem;
import io.millrace.model.RejectReason;
import io.millrace.promql.format.GoFloat;
import io.millrace.query.http.LoneSurrogates;
import io.millrace.storage.RejectionRow;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What was refused of an instance, added up by reason and metric from the entries of its ledger, with a few examples of
 * each reason. Memory is bounded by reasons × {@link #MOST_METRICS}. For one thread.
 */
final class RejectionSummary {
    /** Metrics of a reason that are told apart; those beyond are counted together. */
    private static final int MOST_METRICS = 1_000;

    private static final int MOST_EXAMPLES = 5;

    private final Map<String, OfReason> reasons = new LinkedHashMap<>();
    private long samples;

    /** How often, and from when to when. */
    private static final class Count {
        private long samples;
        private long firstMs = Long.MAX_VALUE;
        private long lastMs = Long.MIN_VALUE;

        void add(RejectionRow row) {
            samples += row.samples();
            firstMs = Math.min(firstMs, row.firstMs());
            lastMs = Math.max(lastMs, row.lastMs());
        }

        void write(JsonGenerator json) throws IOException {
            json.writeNumberField("samples", samples);
            json.writeStringField("firstSeen", Instant.ofEpochMilli(firstMs).toString());
            json.writeStringField("lastSeen", Instant.ofEpochMilli(lastMs).toString());
        }
    }

    private static final class OfReason {
        private final Count all = new Count();
        private final Map<String, Count> metrics = new LinkedHashMap<>();
        private final Map<String, RejectionRow> examples = new LinkedHashMap<>();

        void add(RejectionRow row) {
            all.add(row);
            boolean room = metrics.size() < MOST_METRICS || metrics.containsKey(row.metric());
            metrics.computeIfAbsent(room ? row.metric() : "", metric -> new Count())
                    .add(row);
            if (examples.size() < MOST_EXAMPLES) {
                examples.putIfAbsent(row.series(), row);
            }
        }
    }

    /** Adds an entry; the latest come first. */
    void add(RejectionRow row) {
        samples += row.samples();
        reasons.computeIfAbsent(row.reason(), reason -> new OfReason()).add(row);
    }

    long samples() {
        return samples;
    }

    /** The reasons as a list, the most frequent first. */
    void write(JsonGenerator json) throws IOException {
        List<Map.Entry<String, OfReason>> sorted = new ArrayList<>(reasons.entrySet());
        sorted.sort(Comparator.comparingLong(entry -> -entry.getValue().all.samples));
        json.writeStartArray();
        for (Map.Entry<String, OfReason> entry : sorted) {
            Optional<RejectReason> known = reason(entry.getKey());
            json.writeStartObject();
            json.writeStringField("reason", entry.getKey());
            entry.getValue().all.write(json);
            json.writeStringField(
                    "fix", known.map(RejectionSummary::fix).orElse("See the runbook for " + entry.getKey() + "."));
            json.writeBooleanField(
                    "retryable", known.map(RejectReason::retryable).orElse(false));
            json.writeStringField("runbook", "docs/runbook.md#" + entry.getKey());
            metrics(json, entry.getValue());
            examples(json, entry.getValue());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /** The remedy as a sentence. */
    static String fix(RejectReason reason) {
        String remedy = reason.remedy();
        return remedy.substring(0, 1).toUpperCase(Locale.ROOT) + remedy.substring(1) + ".";
    }

    static Optional<RejectReason> reason(String id) {
        return Arrays.stream(RejectReason.values())
                .filter(reason -> reason.id().equals(id))
                .findFirst();
    }

    private static void metrics(JsonGenerator json, OfReason reason) throws IOException {
        List<Map.Entry<String, Count>> sorted = new ArrayList<>(reason.metrics.entrySet());
        sorted.sort(Comparator.comparingLong(entry -> -entry.getValue().samples));
        json.writeArrayFieldStart("metrics");
        for (Map.Entry<String, Count> metric : sorted) {
            json.writeStartObject();
            json.writeStringField("metric", LoneSurrogates.replace(metric.getKey()));
            metric.getValue().write(json);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /** The timestamp is the sender's, and can be wrong: so it is a number as it was sent, not a date. */
    private static void item(JsonGenerator json, RefusedItem item) throws IOException {
        if (item.kind() == RefusedItem.Kind.NONE) {
            return;
        }
        json.writeStringField("item", item.kind().name().toLowerCase(Locale.ROOT));
        if (item.kind() != RefusedItem.Kind.HISTOGRAM) {
            json.writeStringField("value", GoFloat.formatJson(item.value()));
        }
        json.writeNumberField("timestampMs", item.timestampMs());
    }

    private static void examples(JsonGenerator json, OfReason reason) throws IOException {
        json.writeArrayFieldStart("examples");
        for (RejectionRow row : reason.examples.values()) {
            json.writeStartObject();
            json.writeStringField("series", LoneSurrogates.replace(row.series()));
            json.writeStringField("message", LoneSurrogates.replace(row.message()));
            item(json, row.item());
            json.writeStringField(
                    "firstSeen", Instant.ofEpochMilli(row.firstMs()).toString());
            json.writeStringField("lastSeen", Instant.ofEpochMilli(row.lastMs()).toString());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
