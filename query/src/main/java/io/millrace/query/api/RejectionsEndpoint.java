package io.millrace.query.api;

import io.millrace.query.http.ApiAnswer;
import io.millrace.query.http.ApiException;
import io.millrace.query.http.ApiRequest;
import io.millrace.storage.RejectionLedger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.LongSupplier;

/** {@code rejections}: what was refused of the caller's instance, why, how often, and what to do about it. Thread-safe. */
public final class RejectionsEndpoint {
    private static final long DEFAULT_SPAN_MS = Duration.ofHours(1).toMillis();

    /** About a second of reading; 7 days of a sender that is refused for one reason all the time are 120,000. */
    private static final int MOST_ENTRIES = 200_000;

    private final RejectionLedger ledger;
    private final LongSupplier clockMs;

    public RejectionsEndpoint(RejectionLedger ledger, LongSupplier clockMs) {
        this.ledger = ledger;
        this.clockMs = clockMs;
    }

    /** {@code start, end} (default: the last hour), {@code reason} (several), {@code metric}. */
    public ApiAnswer rejections(ApiRequest request) {
        long end = Values.time(request.parameters(), "end", clockMs.getAsLong());
        long start = Values.time(request.parameters(), "start", end - DEFAULT_SPAN_MS);
        if (end < start) {
            throw ApiException.invalidParameter("end", "end timestamp must not be before start time");
        }
        List<String> reasons = request.parameters().all("reason");
        for (String reason : reasons) {
            if (RejectionSummary.reason(reason).isEmpty()) {
                throw ApiException.invalidParameter("reason", "there is no reason '" + reason + "'");
            }
        }
        String metric = request.parameters().get("metric");
        RejectionSummary summary = new RejectionSummary();
        int[] entries = {0};
        ledger.read(request.instance().id(), start, end, row -> {
            boolean wanted = (reasons.isEmpty() || reasons.contains(row.reason()))
                    && (metric.isEmpty() || metric.equals(row.metric()));
            if (wanted) {
                summary.add(row);
            }
            return ++entries[0] < MOST_ENTRIES;
        });
        boolean complete = entries[0] < MOST_ENTRIES;
        List<String> warnings = complete
                ? List.of()
                : List.of("only the latest " + MOST_ENTRIES + " entries were counted: ask for a shorter time");
        return ApiAnswer.data(
                json -> {
                    json.writeStartObject();
                    json.writeStringField("start", Instant.ofEpochMilli(start).toString());
                    json.writeStringField("end", Instant.ofEpochMilli(end).toString());
                    json.writeNumberField("keptDays", RejectionLedger.DAYS_KEPT);
                    json.writeBooleanField("complete", complete);
                    json.writeNumberField("samples", summary.samples());
                    json.writeFieldName("reasons");
                    summary.write(json);
                    json.writeEndObject();
                },
                warnings);
    }
}
