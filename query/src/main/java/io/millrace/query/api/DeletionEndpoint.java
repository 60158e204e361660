package io.millrace.query.api;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.model.TenantId;
import io.millrace.query.deletion.DeletionException;
import io.millrace.query.deletion.SeriesDeletion;
import io.millrace.query.http.ApiAnswer;
import io.millrace.query.http.ApiException;
import io.millrace.query.http.ApiRequest;
import io.millrace.storage.Deletion;
import io.millrace.storage.MergeMark;
import io.millrace.storage.MergeStore;
import io.millrace.storage.StoreUnavailableException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * {@code admin/tsdb/delete_series}: POST and PUT delete as in Prometheus; GET, which Prometheus has not, shows what was
 * deleted, and for one {@code id} how far the data is gone from the disk.
 */
public final class DeletionEndpoint {
    private static final long DAY_MS = Duration.ofDays(1).toMillis();
    private static final int SHARDS = 16;

    private final PromqlAccess access;
    private final SeriesDeletion deletions;
    private final MergeStore merges;
    private final Function<ApiRequest, String> who;
    private final BiConsumer<ApiRequest, Deletion> audit;

    /**
     * @param who the user or access key of a request
     * @param audit told of each deletion that came into force
     */
    public DeletionEndpoint(
            PromqlAccess access,
            SeriesDeletion deletions,
            MergeStore merges,
            Function<ApiRequest, String> who,
            BiConsumer<ApiRequest, Deletion> audit) {
        this.access = access;
        this.deletions = deletions;
        this.merges = merges;
        this.who = who;
        this.audit = audit;
    }

    /** {@code match[], start, end}; GET: {@code id}. */
    public ApiAnswer answer(ApiRequest request) {
        try {
            return request.method().equals("GET") || request.method().equals("HEAD") ? show(request) : delete(request);
        } catch (StoreUnavailableException e) {
            throw ApiException.unavailable("the store does not answer, try again: " + e.getMessage());
        }
    }

    private ApiAnswer delete(ApiRequest request) {
        List<String> selectors = request.parameters().all("match[]");
        if (selectors.isEmpty()) {
            throw ApiException.badData("no match[] parameter provided");
        }
        long from = Values.time(request.parameters(), "start", Values.MIN_MS);
        long to = Values.time(request.parameters(), "end", Values.MAX_MS);
        if (to < from) {
            throw ApiException.invalidParameter("end", "end timestamp must not be before start timestamp");
        }
        access.matchers(request); // only to see that they can be read
        try {
            Deletion deletion = deletions.delete(request.instance().id(), selectors, from, to, who.apply(request));
            audit.accept(request, deletion);
        } catch (DeletionException e) {
            throw e.isRefused()
                    ? ApiException.execution(String.valueOf(e.getMessage()))
                    : ApiException.unavailable(String.valueOf(e.getMessage()));
        }
        return ApiAnswer.text(204, "");
    }

    private ApiAnswer show(ApiRequest request) {
        TenantId tenant = request.instance().id();
        List<Deletion> all = deletions.list(tenant);
        String id = request.parameters().get("id");
        if (id.isEmpty()) {
            return ApiAnswer.data(json -> {
                json.writeStartArray();
                for (Deletion each : all) {
                    json.writeStartObject();
                    write(json, each);
                    json.writeEndObject();
                }
                json.writeEndArray();
            });
        }
        Deletion one = all.stream()
                .filter(each -> each.id().equals(id))
                .findFirst()
                .orElseThrow(() -> ApiException.notFound("there is no deletion \"" + id + "\""));
        int today = (int) Math.floorDiv(access.clockMs().getAsLong(), DAY_MS);
        int first = (int) Math.max(
                Math.floorDiv(one.fromMs(), DAY_MS), today - request.instance().retentionDays());
        int last = (int) Math.min(Math.floorDiv(one.toMs(), DAY_MS), today);
        int purged = purgedDays(tenant, one.id(), first, last);
        return ApiAnswer.data(json -> {
            json.writeStartObject();
            write(json, one);
            json.writeNumberField("days", Math.max(0, last - first + 1));
            json.writeNumberField("purgedDays", purged);
            json.writeEndObject();
        });
    }

    private int purgedDays(TenantId tenant, String id, int first, int last) {
        int purged = 0;
        for (int day = first; day <= last; day++) {
            long shards = merges.marks(tenant, day).stream()
                    .map(MergeMark::purged)
                    .filter(ids -> ids.contains(id))
                    .count();
            purged += shards == SHARDS ? 1 : 0;
        }
        return purged;
    }

    private static void write(JsonGenerator json, Deletion deletion) throws IOException {
        json.writeStringField("id", deletion.id());
        json.writeStringField("state", deletion.state().name().toLowerCase(Locale.ROOT));
        json.writeArrayFieldStart("match");
        for (String selector : deletion.selectors()) {
            json.writeString(selector);
        }
        json.writeEndArray();
        writeTime(json, "start", deletion.fromMs());
        writeTime(json, "end", deletion.toMs());
        writeTime(json, "requested", deletion.requestedMs());
        json.writeStringField("requestedBy", deletion.requestedBy());
    }

    /** Null for the beginning and the end of time. */
    private static void writeTime(JsonGenerator json, String name, long timeMs) throws IOException {
        if (timeMs <= Values.MIN_MS || timeMs >= Values.MAX_MS) {
            json.writeNullField(name);
        } else {
            json.writeStringField(name, Instant.ofEpochMilli(timeMs).toString());
        }
    }
}
