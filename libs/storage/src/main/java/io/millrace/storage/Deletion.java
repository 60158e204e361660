package io.millrace.storage;

import io.millrace.model.TenantId;
import java.util.List;

/**
 * Series and a time range that somebody deleted.
 *
 * @param id unique within the tenant
 * @param selectors in the syntax of PromQL; a series that one of them selects is meant
 * @param fromMs first deleted timestamp
 * @param toMs last deleted timestamp
 * @param requestedMs when, ms since the epoch
 * @param requestedBy the access key, or another name for who asked
 * @param places for each partition of the topic {@code samples} the place of the deletion in it, on the scale of {@link
 *     ChunkRow#position}: what lies before is deleted. Empty unless {@link State#ACTIVE}
 */
public record Deletion(
        TenantId tenant,
        String id,
        State state,
        List<String> selectors,
        long fromMs,
        long toMs,
        long requestedMs,
        String requestedBy,
        List<Long> places) {
    /** Where a deletion is on its way. */
    public enum State {
        /** Its marks are being written to the topic: it is not in force. */
        PENDING,
        /** In force. */
        ACTIVE,
        /** It never came into force: whoever asked for it was not told that it did. */
        ABANDONED
    }

    public Deletion {
        selectors = List.copyOf(selectors);
        places = List.copyOf(places);
    }

    /** This deletion in another state. */
    public Deletion decided(State decision, List<Long> itsPlaces) {
        return new Deletion(tenant, id, decision, selectors, fromMs, toMs, requestedMs, requestedBy, itsPlaces);
    }
}
