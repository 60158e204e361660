package io.millrace.promql.eval;

import io.millrace.promql.engine.Cores;
import io.millrace.promql.storage.SeriesPart;
import io.millrace.promql.storage.SeriesSet;
import java.util.ArrayDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates the series of a selector one by one, on several cores where some are free and there are many series.
 *
 * <h2>How</h2>
 * The set is divided into parts of a few milliseconds' work. The thread of the query takes parts from the front; helpers
 * ({@link Cores}) take those behind and keep what comes out until it is their turn. So the series come in the order of the
 * set and with the values of one thread, whoever worked them out, and what is made of them is the same to the last bit.
 *
 * <p>What a helper may hold is lent to it out of what the query may hold ({@link QueryContext#lend}). When that does not do,
 * or anything else goes wrong with it, its part is evaluated again by the query's thread, which then says what is wrong.
 * Time and cancellation hold for helpers as for the query; closing waits for them. One thread.
 */
final class PartedSeries implements SeriesStream {
    /** Samples read and values made in one part: some 2 ms. */
    private static final long PART = 65_536;

    private static final int MOST_SERIES = 512;

    /** What the size of parts supposes of the samples; where they come more often, parts merely take longer. */
    private static final long SUPPOSED_INTERVAL_MS = 15_000;

    /** Histograms take the room of many samples. */
    private static final int ROOM_FOR_EACH = 16;

    private final QueryContext context;
    private final SeriesSet series;
    private final Function<QueryContext, Work> works;
    private final Work own;
    private final @Nullable Cores cores;
    private final int mostAhead;
    private final int seriesInPart;
    private final long room;

    /** Parts of which no series has been handed out, first to last. */
    private final ArrayDeque<PendingPart> ahead = new ArrayDeque<>();

    /** Those of them that a helper may take. */
    private final ConcurrentLinkedQueue<PendingPart> toDo = new ConcurrentLinkedQueue<>();

    private final AtomicInteger helpers = new AtomicInteger();
    private volatile boolean closed;
    private int undivided;
    private boolean exhausted;
    private @Nullable PendingPart current;

    /** Evaluates series, one after another; belongs to one thread. */
    @FunctionalInterface
    interface Work {
        /** The series a set stands at; null when there is nothing to say of it. */
        @Nullable
        StepSeries evaluate(SeriesSet current);
    }

    /**
     * @param spanMs from the first to the last sample that is read of a series, at most
     * @param works makes what evaluates, for the context of the thread that will use it
     */
    PartedSeries(QueryContext context, SeriesSet series, int steps, long spanMs, Function<QueryContext, Work> works) {
        this.context = context;
        this.series = series;
        this.works = works;
        this.own = works.apply(context);
        this.cores = context.cores();
        this.mostAhead = cores == null || cores.total() < 2 || !series.isDivisible() ? 0 : 2 * cores.total();
        long each = steps + Math.max(0, spanMs) / SUPPOSED_INTERVAL_MS + 1;
        this.seriesInPart = (int) Math.max(1, Math.min(MOST_SERIES, PART / each));
        this.room = ROOM_FOR_EACH * seriesInPart * each;
    }

    @Override
    public @Nullable StepSeries next() {
        while (mostAhead == 0 || undivided < seriesInPart) {
            if (!series.next()) {
                exhausted = true;
                return null;
            }
            undivided++;
            StepSeries next = own.evaluate(series);
            if (next != null) {
                return next;
            }
        }
        while (true) {
            PendingPart part = current == null ? nextPart() : current;
            if (part == null) {
                return null;
            }
            StepSeries next = part.next(own, context);
            if (next != null) {
                return next;
            }
            part.close();
            current = null;
        }
    }

    /** The next part, evaluated or to be evaluated by our thread as it goes. */
    private @Nullable PendingPart nextPart() {
        divide();
        PendingPart front = ahead.poll();
        if (front == null) {
            return null;
        }
        current = front;
        if (front.claim()) {
            front.read();
            return front;
        }
        while (!front.isEvaluated(false)) {
            divide();
            PendingPart another = toDo.poll();
            if (another == null) {
                context.checkAlive();
                front.isEvaluated(true);
            } else if (another.claim()) {
                another.evaluate(works, this::isClosed);
            }
        }
        front.join();
        return front;
    }

    private void divide() {
        if (cores == null) {
            return;
        }
        while (!exhausted && ahead.size() < mostAhead) {
            boolean lent = context.lend(room);
            if (!lent && !ahead.isEmpty()) {
                break;
            }
            SeriesPart taken = series.divide(seriesInPart);
            if (taken == null) {
                exhausted = true;
                context.takeBack(lent ? room : 0);
                break;
            }
            PendingPart part = new PendingPart(taken, context, lent ? room : 0);
            ahead.add(part);
            if (lent) {
                toDo.add(part);
            }
        }
        while (!toDo.isEmpty() && helpers.get() < cores.total() - 1) {
            helpers.incrementAndGet();
            if (!cores.help(this::help)) {
                helpers.decrementAndGet();
                break;
            }
        }
    }

    private boolean isClosed() {
        return closed;
    }

    private void help() {
        try {
            PendingPart part = toDo.poll();
            while (part != null && !closed) {
                if (part.claim()) {
                    part.evaluate(works, this::isClosed);
                }
                part = cores == null || cores.areWanted() ? null : toDo.poll();
            }
        } finally {
            helpers.decrementAndGet();
        }
    }

    @Override
    public void close() {
        closed = true;
        toDo.clear();
        PendingPart part = current;
        if (part != null) {
            part.abandon();
            current = null;
        }
        ahead.forEach(PendingPart::abandon);
        ahead.clear();
        exhausted = true;
    }
}
