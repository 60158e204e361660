package io.millrace.query.index;

import io.millrace.model.SeriesId;
import io.millrace.model.TenantId;
import io.millrace.promql.storage.Matcher;
import io.millrace.query.index.TenantIndex.HeldDay;
import io.millrace.storage.SeriesRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The index of all tenants. Days the topic covers are always here; older days are read from the registry when a query
 * first needs them, and go again, least recently used first, when the index holds more than its bound. Thread-safe;
 * queries never wait for the thread that reads the topic, only for a day that is being loaded.
 */
public final class SeriesIndex {
    private static final Logger log = LoggerFactory.getLogger(SeriesIndex.class);
    /** How far ahead of the clock samples can be: limits of instances are hours. */
    private static final int DAYS_AHEAD = 2;

    private static final int NOTHING_COVERED = Integer.MAX_VALUE;

    private final SeriesRegistry registry;
    private final IndexLimits limits;
    private final LongSupplier clockMs;
    private final ConcurrentHashMap<TenantId, TenantIndex> tenants = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<TenantDay, CompletableFuture<Void>> loading = new ConcurrentHashMap<>();
    private final AtomicLong loadedDays = new AtomicLong();
    private final AtomicLong evictedDays = new AtomicLong();
    private volatile int coveredFromDay = NOTHING_COVERED;

    private record TenantDay(TenantId tenant, int day) {}

    /** @param clockMs wall clock, ms since 1970 */
    public SeriesIndex(SeriesRegistry registry, IndexLimits limits, LongSupplier clockMs) {
        this.registry = registry;
        this.limits = limits;
        this.clockMs = clockMs;
    }

    /** The UTC day of a time. */
    public static int day(long timestampMs) {
        long day = Math.floorDiv(timestampMs, Duration.ofDays(1).toMillis());
        return (int) Math.max(Integer.MIN_VALUE / 2, Math.min(Integer.MAX_VALUE / 2, day));
    }

    /** Notes that a series has samples on a day. @param canonicalLabels see {@code docs/formats/labels.md} */
    public void announce(TenantId tenant, int day, SeriesId id, byte[] canonicalLabels) {
        tenant(tenant).announce(day, id.high(), id.low(), canonicalLabels);
    }

    private TenantIndex tenant(TenantId id) {
        TenantIndex known = tenants.get(id);
        return known != null
                ? known
                : tenants.computeIfAbsent(id, tenant -> {
                    TenantIndex fresh = new TenantIndex(clockMs);
                    if (coveredFromDay != NOTHING_COVERED) {
                        fresh.coverFrom(coveredFromDay);
                    }
                    return fresh;
                });
    }

    /** Says that all announcements since the beginning of this day have been seen; from now on {@link #ready}. */
    void coverFrom(int day) {
        coveredFromDay = day;
        tenants.values().forEach(tenant -> tenant.coverFrom(day));
    }

    /** Whether the topic has been read to its end once. */
    public boolean ready() {
        return coveredFromDay != NOTHING_COVERED;
    }

    /**
     * The series that match all matchers and have samples in the days of the time range.
     *
     * @throws IndexException when the range needs more than the index may hold
     * @throws io.millrace.storage.StoreUnavailableException when a day must be loaded and cannot
     */
    public SelectedSeries select(TenantId tenant, List<Matcher> matchers, long startMs, long endMs) {
        TenantIndex index = loaded(tenant, startMs, endMs);
        return checked(index.select(matchers, day(startMs), day(endMs)));
    }

    /** The series that match all matchers of any of the lists. @throws IndexException as {@link #select} */
    public SelectedSeries selectAny(TenantId tenant, List<List<Matcher>> anyOf, long startMs, long endMs) {
        return checked(loaded(tenant, startMs, endMs).selectAny(anyOf, day(startMs), day(endMs)));
    }

    private SelectedSeries checked(SelectedSeries selected) {
        if (selected.size() > limits.maxSeriesPerSelection()) {
            throw new IndexException("a selector matches " + selected.size() + " series, more than the limit of "
                    + limits.maxSeriesPerSelection() + " (query.index.max-series-per-selection); add matchers");
        }
        return selected;
    }

    /**
     * Label names, sorted.
     *
     * @param anyOf lists of matchers of which a series must fulfil one; empty for all series
     */
    public Set<String> labelNames(TenantId tenant, List<List<Matcher>> anyOf, long startMs, long endMs) {
        return loaded(tenant, startMs, endMs).labelNames(anyOf, day(startMs), day(endMs));
    }

    /** Values of a label, sorted; otherwise as {@link #labelNames}. */
    public Set<String> labelValues(TenantId tenant, String label, List<List<Matcher>> anyOf, long startMs, long endMs) {
        return loaded(tenant, startMs, endMs).labelValues(label, anyOf, day(startMs), day(endMs));
    }

    /** What is most numerous in the time range. */
    public Cardinality cardinality(TenantId tenant, long startMs, long endMs, int limit) {
        return loaded(tenant, startMs, endMs).cardinality(day(startMs), day(endMs), limit);
    }

    private TenantIndex loaded(TenantId tenant, long startMs, long endMs) {
        TenantIndex index = tenant(tenant);
        int last = Math.min(day(endMs), day(clockMs.getAsLong()) + DAYS_AHEAD);
        int first = day(startMs);
        if (last - first >= limits.maxDays()) {
            throw new IndexException("a time range of " + (last - first + 1) + " days is more than the limit of "
                    + limits.maxDays() + " (query.index.max-days)");
        }
        for (int day = last; day >= first; day--) {
            if (!index.isComplete(day)) {
                load(tenant, index, day);
            }
        }
        return index;
    }

    /** Loads a day once, however many queries ask for it. */
    private void load(TenantId tenant, TenantIndex index, int day) {
        TenantDay key = new TenantDay(tenant, day);
        CompletableFuture<Void> mine = new CompletableFuture<>();
        CompletableFuture<Void> running = loading.putIfAbsent(key, mine);
        if (running != null) {
            await(running, key);
            return;
        }
        try {
            if (!index.isComplete(day)) {
                loadNow(tenant, index, day);
            }
            mine.complete(null);
        } catch (RuntimeException | Error e) {
            mine.completeExceptionally(e);
            throw e;
        } finally {
            loading.remove(key, mine);
        }
    }

    private void loadNow(TenantId tenant, TenantIndex index, int day) {
        long began = System.nanoTime();
        int[] rows = {0};
        registry.read(tenant, day, row -> {
            index.announce(day, row.id().high(), row.id().low(), row.labels());
            if (++rows[0] % 10_000 == 0 && size() > limits.maxSeries()) {
                makeRoom(tenant, day);
            }
        });
        index.complete(day);
        loadedDays.incrementAndGet();
        long ms = (System.nanoTime() - began) / 1_000_000;
        if (rows[0] > 0) {
            log.info("series index loaded a day instance={} day={} series={} ms={}", tenant, day, rows[0], ms);
        }
    }

    /** Drops everything that is idle; the day being loaded is not. */
    private void makeRoom(TenantId tenant, int day) {
        evict();
        if (size() > limits.maxSeries() + limits.maxSeries() / 8) {
            tenant(tenant).evict(day);
            throw new IndexException("the series index is full (" + limits.maxSeries()
                    + " series, query.index.max-series): query a shorter or more recent time range, or raise it");
        }
    }

    private void await(CompletableFuture<Void> running, TenantDay key) {
        try {
            running.get(limits.loadTimeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IndexException("interrupted while waiting for day " + key.day() + " of the series index");
        } catch (TimeoutException e) {
            throw new IndexException("day " + key.day() + " of the series index is still being loaded; try again");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new CompletionException(e.getCause());
        }
    }

    /**
     * Drops days nobody used for a while, and more of them, least recently used first, while the index is over its bound;
     * never the newest days. Cheap when there is nothing to do.
     */
    void evict() {
        long now = clockMs.getAsLong();
        int keepFrom = day(now) - limits.residentDays() + 1;
        List<Held> candidates = new ArrayList<>();
        tenants.forEach((id, index) -> {
            for (HeldDay day : index.days()) {
                if (day.day() < keepFrom && !loading.containsKey(new TenantDay(id, day.day()))) {
                    candidates.add(new Held(index, day));
                }
            }
        });
        candidates.sort(Comparator.comparingLong((Held held) -> held.day().lastUsedMs())
                .thenComparing(held -> held.day().day()));
        for (Held held : candidates) {
            boolean idle = now - held.day().lastUsedMs() > limits.idleDay().toMillis();
            if (idle || size() > limits.maxSeries()) {
                held.index().evict(held.day().day());
                held.index().rebuildIfMostlyDead();
                evictedDays.incrementAndGet();
            }
        }
    }

    private record Held(TenantIndex index, HeldDay day) {}

    /** Forgets a tenant that is gone. */
    public void forget(TenantId tenant) {
        tenants.remove(tenant);
    }

    /** Series held over all tenants. */
    public long size() {
        long size = 0;
        for (Map.Entry<TenantId, TenantIndex> tenant : tenants.entrySet()) {
            size += tenant.getValue().size();
        }
        return size;
    }

    public int tenantCount() {
        return tenants.size();
    }

    /** Days loaded from the registry since the start. */
    public long loadedDays() {
        return loadedDays.get();
    }

    /** Days dropped since the start. */
    public long evictedDays() {
        return evictedDays.get();
    }
}
