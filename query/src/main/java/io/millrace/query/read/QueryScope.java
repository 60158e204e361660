package io.millrace.query.read;

import io.millrace.model.TenantId;
import io.millrace.promql.engine.MemoryPool;
import io.millrace.promql.engine.QueryException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * What belongs to one query while it runs: whose it is, until when it may run, whether it is still wanted, and what it
 * has read. Thread-safe.
 */
public final class QueryScope {
    private static final long LOOK_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final TenantId tenant;
    private final long oldestMs;
    private final long newestMs;
    private final long deadlineNanos;
    private final MemoryPool.Share memory;
    private final BooleanSupplier cancelled;
    private final LongSupplier nanoTime;
    private final Freshness freshness = new Freshness();
    private final AtomicLong seriesRead = new AtomicLong();
    private final AtomicLong samplesRead = new AtomicLong();
    private final AtomicLong bytesRead = new AtomicLong();
    private final AtomicLong aggregatedDays = new AtomicLong();
    private final AtomicLong windowsRead = new AtomicLong();
    private final AtomicLong unreadableAggregates = new AtomicLong();

    /**
     * @param oldestMs older samples are past the tenant's retention and not looked for
     * @param newestMs later samples cannot have been accepted and are not looked for
     * @param deadlineNanos on the clock of {@code nanoTime}
     * @param memory of which what the query holds is taken
     * @param cancelled true when nobody waits for the answer any more
     */
    public QueryScope(
            TenantId tenant,
            long oldestMs,
            long newestMs,
            long deadlineNanos,
            MemoryPool.Share memory,
            BooleanSupplier cancelled,
            LongSupplier nanoTime) {
        this.tenant = tenant;
        this.oldestMs = oldestMs;
        this.newestMs = newestMs;
        this.deadlineNanos = deadlineNanos;
        this.memory = memory;
        this.cancelled = cancelled;
        this.nanoTime = nanoTime;
    }

    public TenantId tenant() {
        return tenant;
    }

    /** Of which what the query holds is taken. */
    public MemoryPool.Share memory() {
        return memory;
    }

    /**
     * Takes memory for chunks.
     *
     * @throws QueryException when all queries together hold too much
     */
    void hold(long bytes) {
        if (!memory.take(bytes)) {
            throw new QueryException(
                    QueryException.Kind.EXECUTION,
                    "query processing would load too many samples into memory in expanding series: "
                            + memory.refusal());
        }
    }

    void giveBack(long bytes) {
        memory.giveBack(bytes);
    }

    long oldestMs() {
        return oldestMs;
    }

    long newestMs() {
        return newestMs;
    }

    Freshness freshness() {
        return freshness;
    }

    /** What the user should know about missing data, complete when the query has read everything. */
    public java.util.List<String> warnings() {
        return freshness.warnings();
    }

    void countSeries(long series, long samples) {
        seriesRead.addAndGet(series);
        samplesRead.addAndGet(samples);
    }

    /** Adds days of a series whose aggregates were read in place of their samples, and the windows that took. */
    void countAggregates(long days, long windows) {
        aggregatedDays.addAndGet(days);
        windowsRead.addAndGet(windows);
    }

    /** Adds a day of a series whose aggregates could not be read. */
    void countUnreadableAggregates() {
        unreadableAggregates.incrementAndGet();
    }

    /** Adds chunk bytes. */
    void countBytes(long bytes) {
        bytesRead.addAndGet(bytes);
    }

    public long seriesRead() {
        return seriesRead.get();
    }

    public long samplesRead() {
        return samplesRead.get();
    }

    public long bytesRead() {
        return bytesRead.get();
    }

    /** Days, each of one series, whose aggregates were read in place of their samples. */
    public long aggregatedDays() {
        return aggregatedDays.get();
    }

    /** Windows of aggregates in place of samples. */
    public long windowsRead() {
        return windowsRead.get();
    }

    /** Days, each of one series, whose samples were read because their aggregates cannot be. */
    public long unreadableAggregates() {
        return unreadableAggregates.get();
    }

    /** Whether nobody waits for the answer any more. */
    public boolean isCancelled() {
        return cancelled.getAsBoolean();
    }

    /** How long the query may still run; zero or more. */
    public long remainingNanos() {
        return Math.max(0, deadlineNanos - nanoTime.getAsLong());
    }

    /** @throws QueryException when the query must end */
    public void check() {
        if (cancelled.getAsBoolean()) {
            throw new QueryException(QueryException.Kind.CANCELED, "query was canceled in expanding series");
        }
        if (nanoTime.getAsLong() - deadlineNanos > 0) {
            throw new QueryException(QueryException.Kind.TIMEOUT, "query timed out in expanding series");
        }
    }

    /**
     * Waits for a part of the query. On failure of the part its exception comes out; when the query ends first, the part
     * is interrupted.
     */
    <T> T await(Future<T> part) {
        while (true) {
            try {
                check();
                return part.get(LOOK_EVERY_NANOS, TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                continue;
            } catch (QueryException e) {
                part.cancel(true);
                throw e;
            } catch (InterruptedException e) {
                part.cancel(true);
                Thread.currentThread().interrupt();
                throw new QueryException(QueryException.Kind.CANCELED, "query was canceled: the server is stopping");
            } catch (CancellationException e) {
                throw new QueryException(QueryException.Kind.CANCELED, "query was canceled");
            } catch (ExecutionException e) {
                if (e.getCause() instanceof RuntimeException cause) {
                    throw cause;
                }
                throw new IllegalStateException(e.getCause());
            }
        }
    }
}
