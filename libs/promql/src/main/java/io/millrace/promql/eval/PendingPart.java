package io.millrace.promql.eval;

import io.millrace.promql.annotations.Annotations;
import io.millrace.promql.engine.QueryException;
import io.millrace.promql.storage.SeriesPart;
import io.millrace.promql.storage.SeriesSet;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A part of the series of a selector, from when it is divided off until its series are handed out. One thread claims it:
 * either a helper, which evaluates it, or the query's, which reads it as its series are asked for. All but {@link #claim}
 * and {@link #evaluate} is for the thread of the query.
 */
final class PendingPart {
    private static final long LOOK_EVERY_MS = 100;

    private final SeriesPart part;
    private final QueryContext context;
    private final AtomicBoolean claimed = new AtomicBoolean();
    private final CountDownLatch done = new CountDownLatch(1);
    private long lent;
    private List<Result> results = new ArrayList<>();
    private @Nullable QueryContext helper;
    private boolean complete;
    private boolean ours;
    private @Nullable SeriesSet reading;
    private int position;

    /** @param noticed null when nothing was */
    private record Result(
            @Nullable StepSeries series, @Nullable Annotations noticed) {}

    /** @param lent room a helper may use */
    PendingPart(SeriesPart part, QueryContext context, long lent) {
        this.part = part;
        this.context = context;
        this.lent = lent;
    }

    /** Whether the part is the caller's to evaluate or to read. */
    boolean claim() {
        return claimed.compareAndSet(false, true);
    }

    /** Evaluates all series and keeps them; on any thread. What fails is left to the query's thread. */
    void evaluate(Function<QueryContext, PartedSeries.Work> works, BooleanSupplier unwanted) {
        try {
            QueryContext own = context.helper(lent, unwanted);
            PartedSeries.Work work = works.apply(own);
            SeriesSet series = part.open();
            while (series.next()) {
                StepSeries next = work.evaluate(series);
                Annotations noticed = own.takeAnnotations();
                if (next != null) {
                    own.hold(next.values());
                }
                if (next != null || noticed != null) {
                    results.add(new Result(next, noticed));
                }
            }
            helper = own;
            complete = true;
        } catch (RuntimeException e) {
            results = List.of(); // the query's thread will meet the same, and tell
        } finally {
            done.countDown();
        }
    }

    /** Gets ready for our thread to evaluate it. */
    void read() {
        ours = true;
        giveBack();
        reading = part.open();
    }

    /** Whether a helper has evaluated it. Waits a moment for that if told to. */
    boolean isEvaluated(boolean wait) {
        try {
            return done.await(wait ? LOOK_EVERY_MS : 0, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new QueryException(QueryException.Kind.CANCELED, "query was canceled: the server is stopping");
        }
    }

    /** Takes over what a helper has evaluated. */
    void join() {
        QueryContext from = helper;
        if (!complete || from == null) {
            read();
        } else {
            context.join(from);
        }
    }

    /** The next series; null at the end. */
    @Nullable
    StepSeries next(PartedSeries.Work work, QueryContext own) {
        SeriesSet set = reading;
        if (set != null) {
            while (set.next()) {
                StepSeries next = work.evaluate(set);
                if (next != null) {
                    return next;
                }
            }
            return null;
        }
        while (position < results.size()) {
            Result result = results.get(position++);
            if (result.noticed != null) {
                own.annotations().addAll(result.noticed);
            }
            if (result.series != null) {
                return result.series;
            }
        }
        return null;
    }

    /** Waits for a helper that has it, which ends soon as it is told so, and closes. */
    void abandon() {
        boolean interrupted = false;
        boolean helped = !ours && !claim();
        while (helped && done.getCount() > 0) {
            try {
                done.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    void close() {
        results = List.of();
        reading = null;
        giveBack();
        part.close();
    }

    private void giveBack() {
        context.takeBack(lent);
        lent = 0;
    }
}
