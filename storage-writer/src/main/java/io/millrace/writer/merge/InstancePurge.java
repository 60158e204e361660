package io.millrace.writer.merge;

import io.millrace.model.TenantId;
import io.millrace.storage.Deletion;
import io.millrace.storage.DeletionStore;
import io.millrace.storage.InstanceStore;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes the data of deleted instances. Nobody can read or write an instance from the moment it is deleted, and its id is
 * never used again; this is about the room it takes. What was on its way through Kafka may still be stored for hours, so the
 * days are looked at again until nothing can come any more. How far it is stands among the deletions, with the id {@link
 * #ID}: pending, then active, which here means done. Not thread-safe.
 */
final class InstancePurge {
    static final String ID = "instance";

    /** Longer than the topics received and samples keep what was sent. */
    private static final long SETTLED_MS = Duration.ofHours(48).toMillis();

    private static final long LOOK_AGAIN_MS = Duration.ofHours(1).toMillis();
    private static final long DAY_MS = Duration.ofDays(1).toMillis();
    private static final Logger log = LoggerFactory.getLogger(InstancePurge.class);

    private final InstanceStore store;
    private final DeletionStore deletions;
    private final LongSupplier clockMs;
    private final Pace pace;
    private final Map<TenantId, Long> looked = new HashMap<>();

    InstancePurge(InstanceStore store, DeletionStore deletions, LongSupplier clockMs, Pace pace) {
        this.store = store;
        this.deletions = deletions;
        this.clockMs = clockMs;
        this.pace = pace;
    }

    /** Returns the number of days it dropped. */
    int run(MergeWorker.Span span) throws InterruptedException {
        TenantId tenant = span.tenant();
        long now = clockMs.getAsLong();
        Long before = looked.get(tenant);
        if (before != null && now - before < LOOK_AGAIN_MS) {
            return 0;
        }
        Deletion note = note(tenant, now);
        if (note.state() != Deletion.State.PENDING) {
            looked.put(tenant, Long.MAX_VALUE); // done: never again
            return 0;
        }
        int dropped = 0;
        for (int day = (int) (now / DAY_MS) + 1; day >= span.firstDay(); day--) {
            pace.begin();
            if (store.hasSeries(tenant, day)) {
                store.dropDay(tenant, day);
                dropped++;
            }
            pace.rest();
        }
        store.dropMetadata(tenant);
        looked.put(tenant, now);
        if (dropped > 0) {
            log.info("days of a deleted instance dropped instance={} days={}", tenant, dropped);
        } else if (now - note.requestedMs() > SETTLED_MS) {
            deletions.activate(tenant, ID, List.of());
            log.info("all data of a deleted instance is gone instance={}", tenant);
        }
        return dropped;
    }

    private Deletion note(TenantId tenant, long now) {
        Optional<Deletion> noted = deletions.list(tenant).stream()
                .filter(each -> each.id().equals(ID))
                .findFirst();
        if (noted.isPresent()) {
            return noted.get();
        }
        Deletion begun = new Deletion(
                tenant, ID, Deletion.State.PENDING, List.of(), Long.MIN_VALUE, Long.MAX_VALUE, now, "", List.of());
        deletions.begin(begun);
        return begun;
    }
}
