package io.millrace.query.deletion;

import io.millrace.model.TenantId;
import io.millrace.storage.Deletion;
import io.millrace.storage.DeletionStore;
import io.millrace.wire.record.DeletionMark;
import java.security.SecureRandom;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * Deletes series. Thread-safe.
 *
 * <ol>
 *   <li>the deletion is noted as pending: it has no effect, but no merge goes past it
 *   <li>a mark is written to every partition of the topic {@code samples}; each writer cuts its chunks there, so that no
 *       chunk has samples from both sides of it
 *   <li>the deletion comes into force, with the places of its marks: readers leave out what lies before them
 * </ol>
 *
 * A process that dies in between leaves a pending deletion, which the merge abandons. What is sent again later lies behind
 * the marks and is kept; what a writer reads again from Kafka lies where it lay, before them.
 */
public final class SeriesDeletion {
    /** Each query of the instance looks at all of them, and at the labels of each series of those that overlap it. */
    static final int MAX_DELETIONS = 1_000;

    private final DeletionStore store;
    private final DeletionMarks marks;
    private final DeletionCache cache;
    private final LongSupplier clockMs;
    private final SecureRandom random = new SecureRandom();

    public SeriesDeletion(DeletionStore store, DeletionMarks marks, DeletionCache cache, LongSupplier clockMs) {
        this.store = store;
        this.marks = marks;
        this.cache = cache;
        this.clockMs = clockMs;
    }

    /**
     * Deletes; when this returns nobody who asks this process sees the samples any more, and within a second nobody else.
     *
     * @param selectors valid ones
     * @throws DeletionException when it did not come into force
     * @throws io.millrace.storage.StoreUnavailableException likewise, or it is not known whether it did
     */
    public Deletion delete(TenantId tenant, List<String> selectors, long fromMs, long toMs, String by) {
        if (store.list(tenant).size() >= MAX_DELETIONS) {
            throw new DeletionException(
                    "there are " + MAX_DELETIONS + " deletions, the most an instance can have", true);
        }
        long now = clockMs.getAsLong();
        Deletion pending =
                new Deletion(tenant, newId(now), Deletion.State.PENDING, selectors, fromMs, toMs, now, by, List.of());
        store.begin(pending);
        List<Long> places;
        try {
            places = marks.write(tenant, new DeletionMark(pending.id(), now));
        } catch (DeletionException e) {
            store.abandon(tenant, pending.id());
            throw e;
        }
        if (!store.activate(tenant, pending.id(), places)) {
            throw new DeletionException("the deletion took too long and was given up: try again", false);
        }
        cache.forget(tenant);
        return pending.decided(Deletion.State.ACTIVE, places);
    }

    /** All deletions of a tenant, oldest first. */
    public List<Deletion> list(TenantId tenant) {
        return store.list(tenant);
    }

    /** Ids sort by time. */
    private String newId(long nowMs) {
        return String.format(Locale.ROOT, "%011x-%08x", nowMs, random.nextInt());
    }
}
