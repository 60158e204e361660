package io.millrace.promql.eval;

import io.millrace.model.NativeHistogram;
import io.millrace.promql.annotations.Annotations;
import io.millrace.promql.ast.Expr;
import io.millrace.promql.ast.PositionRange;
import io.millrace.promql.ast.VectorSelector;
import io.millrace.promql.engine.Cores;
import io.millrace.promql.engine.EngineOptions;
import io.millrace.promql.engine.MemoryPool;
import io.millrace.promql.engine.QueryException;
import io.millrace.promql.engine.QueryOptions;
import io.millrace.promql.storage.Queryable;
import io.millrace.promql.storage.Selection;
import io.millrace.promql.storage.SeriesSet;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What belongs to one query: where it reads, what it may use, what it has used, what it noticed. One thread.
 *
 * <p>Accounting is by samples held: a float point counts 1, a step of a series held by an operator counts 1, a histogram as
 * many as it takes the room of. The limit on bytes is reckoned at {@link #BYTES_PER_SAMPLE} each.
 */
public final class QueryContext {
    /** A timestamp and a value, in arrays that are on average three quarters full. */
    static final int BYTES_PER_SAMPLE = 22;

    /** What fits into an array. */
    private static final int MAX_STEPS = 1 << 30;

    private final Queryable source;
    private final EngineOptions options;
    private final QueryOptions queryOptions;
    private final String query;
    private final long startMs;
    private final long endMs;
    private final long stepMs;
    private final @Nullable Cores cores;
    private Annotations annotations = new Annotations();
    private final Map<PositionRange, String> positions = new HashMap<>();
    private final long deadlineNanos;
    private final long maxHeld;
    private Set<VectorSelector> statisticsOnly = Set.of();
    private final boolean mergesNames;
    private final SharedSelections shared = new SharedSelections(this);
    private final SharedExpressions expressions = new SharedExpressions(this);
    private long held;
    private long peak;
    private long taken;
    private long lent;
    private long read;

    /**
     * @param mergesNames see {@link NamesCollideException}
     * @param cores that may help, null for none
     */
    public QueryContext(
            Queryable source,
            EngineOptions options,
            QueryOptions queryOptions,
            String query,
            long startMs,
            long endMs,
            long stepMs,
            boolean mergesNames,
            @Nullable Cores cores) {
        this.mergesNames = mergesNames;
        this.cores = cores;
        this.source = source;
        this.options = options;
        this.queryOptions = queryOptions;
        this.query = query;
        this.startMs = startMs;
        this.endMs = endMs;
        this.stepMs = stepMs;
        Duration wanted = queryOptions.timeout();
        Duration timeout = wanted == null || wanted.compareTo(options.timeout()) > 0 ? options.timeout() : wanted;
        this.deadlineNanos = System.nanoTime() + timeout.toNanos();
        this.maxHeld = Math.min(options.maxSamples(), options.maxMemoryBytes() / BYTES_PER_SAMPLE);
    }

    private QueryContext(QueryContext query, long room, BooleanSupplier unwanted) {
        this.mergesNames = query.mergesNames;
        this.cores = null;
        this.source = query.source;
        this.options = query.options;
        BooleanSupplier cancelled = query.queryOptions.cancelled();
        this.queryOptions = new QueryOptions(
                query.queryOptions.lookback(),
                query.queryOptions.timeout(),
                () -> unwanted.getAsBoolean() || cancelled.getAsBoolean());
        this.query = query.query;
        this.startMs = query.startMs;
        this.endMs = query.endMs;
        this.stepMs = query.stepMs;
        this.deadlineNanos = query.deadlineNanos;
        this.statisticsOnly = query.statisticsOnly;
        this.maxHeld = room;
    }

    /**
     * For another thread that evaluates series for this query: with its time, but an account of its own.
     *
     * @param room samples it may hold, {@link #lend lent} to it
     * @param unwanted when it should end
     */
    QueryContext helper(long room, BooleanSupplier unwanted) {
        return new QueryContext(this, room, unwanted);
    }

    /** Adds up what a helper has counted; what it holds is in what was lent to it. */
    void join(QueryContext helper) {
        read += helper.read;
        peak = Math.max(peak, held + kept() + helper.peak);
    }

    /** Sets aside room for a helper, while half of what there is stays free. */
    boolean lend(long samples) {
        MemoryPool.Share memory = queryOptions.memory();
        if (held + kept() + lent + samples > maxHeld / 2
                || memory != null && !memory.takeSpare(samples * BYTES_PER_SAMPLE)) {
            return false;
        }
        lent += samples;
        return true;
    }

    void takeBack(long samples) {
        MemoryPool.Share memory = queryOptions.memory();
        if (memory != null && samples > 0) {
            memory.giveBack(samples * BYTES_PER_SAMPLE);
        }
        lent -= samples;
    }

    @Nullable
    Cores cores() {
        return cores;
    }

    /** What was noticed since the last time; null when nothing was. */
    @Nullable
    Annotations takeAnnotations() {
        if (annotations.isEmpty()) {
            return null;
        }
        Annotations noticed = annotations;
        annotations = new Annotations();
        return noticed;
    }

    Queryable source() {
        return source;
    }

    /** The series of a selector; read once for all selectors of the query that ask for the same. */
    SeriesSet select(VectorSelector selector, Selection selection) {
        return shared.select(selector, selection);
    }

    /** Looks for expressions that are the same, and for selectors that ask for the same. */
    void share(Expr expr) {
        expressions.plan(expr, query.length());
        shared.plan(expr, expressions::isReplaced);
    }

    SharedExpressions expressions() {
        return expressions;
    }

    /** What is only kept so that it need not be read or evaluated again, in samples. */
    private long kept() {
        return shared.kept() + expressions.kept();
    }

    /** Whether so many samples may be kept for another selector: only where much room is left. */
    boolean hasRoomToShare(long samples) {
        long used = held + kept() + samples;
        if (used > maxHeld / 2 || !take(used)) {
            return false;
        }
        peak = Math.max(peak, used);
        return true;
    }

    /** What a histogram counts beyond one sample. */
    static long weight(NativeHistogram histogram) {
        return 16L * (histogram.positiveCounts().length + histogram.negativeCounts().length) / BYTES_PER_SAMPLE;
    }

    EngineOptions options() {
        return options;
    }

    /** Whether dropping names is always followed by a look for series that have become equal. */
    boolean mergesNames() {
        return mergesNames;
    }

    /** Sets the selectors of which only counts and sums of histograms are asked. */
    void statisticsOnly(Set<VectorSelector> selectors) {
        statisticsOnly = selectors;
    }

    boolean isStatisticsOnly(VectorSelector selector) {
        return statisticsOnly.contains(selector);
    }

    /** Bounds and step of the whole query, ms; the step is 0 for an instant query. */
    long startMs() {
        return startMs;
    }

    long endMs() {
        return endMs;
    }

    long stepMs() {
        return stepMs;
    }

    boolean isInstant() {
        return stepMs == 0;
    }

    long maxWindowMs() {
        return queryOptions.maxWindowMs();
    }

    long lookbackMs() {
        Duration own = queryOptions.lookback();
        return (own == null ? options.lookback() : own).toMillis();
    }

    /** Where in the query something stands, as annotations end: {@code  (line:column)}. */
    String position(PositionRange range) {
        return positions.computeIfAbsent(range, found -> Positions.suffix(query, found));
    }

    public Annotations annotations() {
        return annotations;
    }

    public long samplesRead() {
        return read;
    }

    public long peakSamples() {
        return peak;
    }

    /** Counts samples read from the source, and looks whether the query should end. */
    void countRead(int samples) {
        read += samples;
        checkAlive();
        checkRoom(samples);
    }

    /** Ends the query when there is no room for so many samples for a while. */
    void checkRoom(long samples) {
        require(samples);
    }

    /** Room for so many more; what is only kept to save reading it again makes way. */
    private void require(long samples) {
        if (!fits(samples)) {
            shared.release();
            expressions.release();
            if (!fits(samples)) {
                throw held + lent + samples > maxHeld ? tooManySamples() : tooManyTogether();
            }
        }
        peak = Math.max(peak, held + kept() + samples);
    }

    private boolean fits(long samples) {
        long used = held + kept() + samples;
        return used + lent <= maxHeld && take(used);
    }

    /** Has so many samples in all of what queries share. What a query once needed stays its own until its answer is out. */
    private boolean take(long samples) {
        MemoryPool.Share memory = queryOptions.memory();
        if (memory != null && samples > taken) {
            if (!memory.take((samples - taken) * BYTES_PER_SAMPLE)) {
                return false;
            }
            taken = samples;
        }
        return true;
    }

    /** What was taken for a run of the query that is begun anew. */
    public void giveUp() {
        MemoryPool.Share memory = queryOptions.memory();
        if (memory != null) {
            memory.giveBack(taken * BYTES_PER_SAMPLE);
            taken = 0;
        }
    }

    /** The steps from a start to an end; not one of them when the end is before the start. */
    Grid grid(long fromMs, long toMs, long stepMs) {
        long steps = toMs < fromMs ? 0 : (toMs - fromMs) / stepMs + 1;
        if (steps > Math.min(maxHeld - held, MAX_STEPS)) {
            throw tooManySamples();
        }
        return new Grid(fromMs, stepMs, (int) steps);
    }

    /** Counts values that an operator keeps until the end of the query. */
    void hold(StepValues values) {
        hold(values.weight());
    }

    /** Counts what an operator keeps, in samples. */
    void hold(long samples) {
        held += samples;
        require(0);
    }

    long held() {
        return held;
    }

    /** Gives back what an operator has held in addition to what was held before it. Its results count when they are kept. */
    void releaseTo(long before) {
        held = before;
    }

    /** Ends the query when its time is up or nobody waits for it any more. */
    void checkAlive() {
        if (queryOptions.cancelled().getAsBoolean()) {
            throw new QueryException(QueryException.Kind.CANCELED, "query was canceled in expression evaluation");
        }
        if (System.nanoTime() - deadlineNanos > 0) {
            throw new QueryException(QueryException.Kind.TIMEOUT, "query timed out in expression evaluation");
        }
    }

    private QueryException tooManyTogether() {
        MemoryPool.Share memory = queryOptions.memory();
        return new QueryException(
                QueryException.Kind.EXECUTION,
                "query processing would load too many samples into memory in query execution"
                        + (memory == null ? "" : ": " + memory.refusal()));
    }

    private static QueryException tooManySamples() {
        return new QueryException(
                QueryException.Kind.EXECUTION,
                "query processing would load too many samples into memory in query execution");
    }
}
