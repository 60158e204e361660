package io.millrace.query.api;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.model.TenantId;
import io.millrace.query.http.ApiAnswer;
import io.millrace.query.http.ApiException;
import io.millrace.query.http.ApiRequest;
import io.millrace.query.http.LoneSurrogates;
import io.millrace.runtime.usage.LimitUse;
import io.millrace.runtime.usage.TenantUsage;
import io.millrace.storage.UsageStore;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** {@code usage}: what the caller's instance takes in by hour and now, beside its limits. Thread-safe. */
public final class UsageEndpoint {
    private static final long HOUR_MS = 3_600_000;
    private static final long DEFAULT_SPAN_MS = Duration.ofDays(1).toMillis();

    /** A little more than a year. */
    private static final int MOST_HOURS = 24 * 400;

    private static final int MOST_JOBS = 100;

    private final UsageStore store;
    private final Function<TenantId, TenantUsage> now;
    private final LongSupplier clockMs;

    /** @param now what an instance uses now */
    public UsageEndpoint(UsageStore store, Function<TenantId, TenantUsage> now, LongSupplier clockMs) {
        this.store = store;
        this.now = now;
        this.clockMs = clockMs;
    }

    /** Sums over the partitions that counted, of an hour or of a job. */
    private static final class Hour {
        private long samples;
        private long rejected;
        private long bytes;
        private long activeSeries;
    }

    /** {@code start, end}: by default the last day; whole hours. */
    public ApiAnswer usage(ApiRequest request) {
        long end = Values.time(request.parameters(), "end", clockMs.getAsLong());
        long start = Values.time(request.parameters(), "start", end - DEFAULT_SPAN_MS);
        if (end < start) {
            throw ApiException.invalidParameter("end", "end timestamp must not be before start time");
        }
        long first = Math.floorDiv(start, HOUR_MS);
        long last = Math.floorDiv(end, HOUR_MS);
        if (last - first > MOST_HOURS || Math.abs(last) > Integer.MAX_VALUE) {
            throw ApiException.invalidParameter("start", "at most " + MOST_HOURS + " hours can be asked for");
        }
        Map<Integer, Hour> hours = new TreeMap<>();
        store.read(request.instance().id(), (int) first, (int) last, row -> {
            Hour hour = hours.computeIfAbsent(row.hour(), number -> new Hour());
            hour.samples += row.samples();
            hour.rejected += row.rejected();
            hour.bytes += row.bytes();
            hour.activeSeries += row.activeSeries();
        });
        Map<String, Hour> jobs = new HashMap<>();
        store.readJobs(request.instance().id(), (int) first, (int) last, row -> {
            Hour job = jobs.computeIfAbsent(row.job(), name -> new Hour());
            job.samples += row.samples();
            job.bytes += row.bytes();
        });
        TenantUsage used = now.apply(request.instance().id());
        List<LimitUse> limits = LimitUse.of(used, request.instance().limits());
        List<String> warnings = limits.stream()
                .filter(LimitUse::isNear)
                .map(UsageEndpoint::warning)
                .toList();
        return ApiAnswer.data(json -> write(json, hours, jobs, used, limits), warnings);
    }

    private static void write(
            JsonGenerator json,
            Map<Integer, Hour> hours,
            Map<String, Hour> jobs,
            TenantUsage now,
            List<LimitUse> limits)
            throws IOException {
        json.writeStartObject();
        json.writeObjectFieldStart("now");
        json.writeNumberField("activeSeries", now.activeSeries());
        json.writeNumberField("samplesPerSecond", Math.round(now.samplesPerSecond()));
        json.writeNumberField("bytesPerSecond", Math.round(now.bytesPerSecond()));
        json.writeNumberField("newSeriesPerMinute", Math.round(now.newSeriesPerMinute()));
        json.writeNumberField("refusedPerSecond", Math.round(now.refusedPerSecond()));
        json.writeEndObject();
        json.writeArrayFieldStart("limits");
        for (LimitUse limit : limits) {
            write(json, limit);
        }
        json.writeEndArray();
        Hour total = new Hour();
        json.writeArrayFieldStart("hours");
        for (Map.Entry<Integer, Hour> entry : hours.entrySet()) {
            Hour hour = entry.getValue();
            total.samples += hour.samples;
            total.rejected += hour.rejected;
            total.bytes += hour.bytes;
            json.writeStartObject();
            json.writeStringField(
                    "hour", Instant.ofEpochMilli(entry.getKey() * HOUR_MS).toString());
            counts(json, hour);
            json.writeNumberField("activeSeries", hour.activeSeries);
            json.writeEndObject();
        }
        json.writeEndArray();
        jobs(json, jobs);
        json.writeObjectFieldStart("total");
        counts(json, total);
        json.writeEndObject();
        json.writeEndObject();
    }

    private static String warning(LimitUse use) {
        String above = use.limit().equals("maxSamplesPerSecond")
                ? "requests are refused with 429 and repeated by the senders"
                : "new series are refused";
        return String.format(
                Locale.ROOT,
                "%s: %,.0f of %,.0f are used (%.0f %%); above it %s",
                use.limit(),
                use.used(),
                use.allowed(),
                use.ratio() * 100,
                above);
    }

    private static void write(JsonGenerator json, LimitUse use) throws IOException {
        long used = Math.round(use.used());
        long allowed = Math.round(use.allowed());
        json.writeStartObject();
        json.writeStringField("limit", use.limit());
        json.writeNumberField("used", used);
        json.writeNumberField("allowed", allowed);
        json.writeNumberField("headroom", Math.max(0, allowed - used));
        json.writeNumberField("percent", Math.round(use.ratio() * 1000) / 10.0);
        json.writeBooleanField("near", use.isNear());
        json.writeEndObject();
    }

    /** Those with most samples first; the sum over the span. */
    private static void jobs(JsonGenerator json, Map<String, Hour> jobs) throws IOException {
        List<Map.Entry<String, Hour>> sorted = new ArrayList<>(jobs.entrySet());
        sorted.sort(Comparator.comparingLong(entry -> -entry.getValue().samples));
        json.writeArrayFieldStart("jobs");
        for (Map.Entry<String, Hour> job : sorted.subList(0, Math.min(MOST_JOBS, sorted.size()))) {
            json.writeStartObject();
            json.writeStringField("job", LoneSurrogates.replace(job.getKey()));
            json.writeNumberField("samples", job.getValue().samples);
            json.writeNumberField("bytes", job.getValue().bytes);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void counts(JsonGenerator json, Hour hour) throws IOException {
        json.writeNumberField("samples", hour.samples);
        json.writeNumberField("bytes", hour.bytes);
        json.writeNumberField("rejected", hour.rejected);
    }
}
