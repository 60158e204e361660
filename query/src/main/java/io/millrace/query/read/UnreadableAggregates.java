package io.millrace.query.read;

import io.millrace.model.TenantId;
import io.millrace.wire.MalformedException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in the log that aggregates cannot be read, at most once a minute: a query of months meets the same damage at every
 * refresh of a dashboard. {@link QueryScope#unreadableAggregates} counts all. Thread-safe.
 */
final class UnreadableAggregates {
    private static final Logger log = LoggerFactory.getLogger(UnreadableAggregates.class);
    private static final long PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final LongSupplier nanoTime;
    private long saidNanos;
    private boolean said;
    private long unsaid;

    /** @param nanoTime a clock in ns that never goes back */
    UnreadableAggregates(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Returns whether it was said. */
    synchronized boolean found(TenantId tenant, SelectedOne one, StoredChunk day, MalformedException reason) {
        long now = nanoTime.getAsLong();
        if (said && now - saidNanos < PAUSE_NANOS) {
            unsaid++;
            return false;
        }
        log.warn(
                "aggregates cannot be read, the samples are instance={} metric={} series={} startMs={} reason={}"
                        + " notLogged={}",
                tenant,
                one.labels().metricName(),
                one.id(),
                day.startMs(),
                String.valueOf(reason.getMessage()),
                unsaid);
        said = true;
        saidNanos = now;
        unsaid = 0;
        return true;
    }
}
