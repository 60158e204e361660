package io.millrace.promql.eval;

import io.millrace.model.Labels;
import io.millrace.model.NativeHistogram;
import io.millrace.model.SampleColumns;
import io.millrace.promql.ast.AtModifier;
import io.millrace.promql.ast.Expr;
import io.millrace.promql.ast.MatrixSelector;
import io.millrace.promql.ast.SubqueryExpr;
import io.millrace.promql.ast.VectorSelector;
import io.millrace.promql.storage.Matcher;
import io.millrace.promql.storage.Selection;
import io.millrace.promql.storage.SeriesSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads what several selectors of a query have in common once: the first one to be read leaves its samples for the others.
 * They count as held, up to half of what the query may hold; where there is no room, or somebody else needs it, the others
 * read for themselves. One thread.
 */
final class SharedSelections {
    private final QueryContext context;
    private final Map<VectorSelector, Group> groups = new HashMap<>();
    private long kept;

    SharedSelections(QueryContext context) {
        this.context = context;
    }

    /**
     * What selectors must agree in.
     *
     * @param scopes the subqueries around the selector, outermost first
     */
    private record Key(
            List<Scope> scopes,
            List<Matcher> matchers,
            long offsetMs,
            @Nullable AtModifier at,
            VectorSelector.Extension extension,
            long rangeMs) {}

    /** The steps of a subquery. */
    private record Scope(
            long rangeMs,
            long stepMs,
            long offsetMs,
            @Nullable AtModifier at) {}

    /**
     * Looks for selectors that ask for the same.
     *
     * @param replaced tells of an expression that it is not evaluated
     */
    void plan(Expr query, Predicate<Expr> replaced) {
        Map<Key, List<VectorSelector>> byKey = new HashMap<>();
        collect(query, List.of(), 0, byKey, replaced);
        for (List<VectorSelector> same : byKey.values()) {
            if (same.size() > 1) {
                Group group = new Group(same.size());
                same.forEach(selector -> groups.put(selector, group));
            }
        }
    }

    private static void collect(
            Expr expr,
            List<Scope> scopes,
            long rangeMs,
            Map<Key, List<VectorSelector>> byKey,
            Predicate<Expr> replaced) {
        if (replaced.test(expr)) {
            return;
        }
        if (expr instanceof VectorSelector selector) {
            if (selector.dataLabels()) {
                return;
            }
            Key key = new Key(
                    scopes, selector.matchers(), selector.offsetMs(), selector.at(), selector.extension(), rangeMs);
            byKey.computeIfAbsent(key, created -> new ArrayList<>()).add(selector);
            return;
        }
        List<Scope> around = scopes;
        if (expr instanceof SubqueryExpr subquery) {
            around = new ArrayList<>(scopes);
            around.add(new Scope(subquery.rangeMs(), subquery.stepMs(), subquery.offsetMs(), subquery.at()));
        }
        long range = expr instanceof MatrixSelector matrix ? matrix.rangeMs() : 0;
        for (Expr child : expr.children()) {
            collect(child, around, range, byKey, replaced);
        }
    }

    SeriesSet select(VectorSelector selector, Selection selection) {
        Group group = groups.get(selector);
        if (group == null) {
            return context.source().select(selection);
        }
        if (selection.hints().windowMs() > 0) {
            group.series.miss();
            return context.source().select(selection);
        }
        return group.select(selection);
    }

    /** Samples kept for selectors that have not read them yet. */
    long kept() {
        return kept;
    }

    /** Gives up what nobody is reading at the moment. */
    void release() {
        groups.values().forEach(group -> group.series.discard());
    }

    private record Kept(Labels labels, SampleColumns samples) {}

    private final class Group {
        private final KeptSeries<Kept, Selection> series =
                new KeptSeries<>(context::hasRoomToShare, more -> kept += more);

        Group(int selectors) {
            for (int i = 0; i < selectors; i++) {
                series.expect();
            }
        }

        SeriesSet select(Selection selection) {
            series.arrive();
            Selection known = series.complete();
            if (known != null && known.startMs() == selection.startMs() && known.endMs() == selection.endMs()) {
                return new Replay(series.replay());
            }
            SeriesSet read = context.source().select(selection);
            return series.isToBeRecorded() ? new Recording(read, series.record(selection)) : read;
        }
    }

    /** Passes on what it reads, and keeps it. */
    private record Recording(SeriesSet read, KeptSeries<Kept, Selection>.Recording recording) implements SeriesSet {
        @Override
        public boolean next() {
            boolean more = read.next();
            if (!more) {
                recording.end();
            } else if (recording.isKeeping()) {
                recording.add(weight(read.samples()), () -> new Kept(read.labels(), copy(read.samples())));
            }
            return more;
        }

        private static long weight(SampleColumns samples) {
            long weight = samples.size();
            for (int i = 0; i < samples.size(); i++) {
                NativeHistogram histogram = samples.histogram(i);
                if (histogram != null) {
                    weight += QueryContext.weight(histogram);
                }
            }
            return weight;
        }

        private static SampleColumns copy(SampleColumns samples) {
            SampleColumns copy = new SampleColumns(samples.size());
            for (int i = 0; i < samples.size(); i++) {
                copy.addFrom(samples, i);
            }
            return copy;
        }

        @Override
        public Labels labels() {
            return read.labels();
        }

        @Override
        public SampleColumns samples() {
            return read.samples();
        }

        @Override
        public List<String> warnings() {
            return read.warnings();
        }

        @Override
        public void close() {
            recording.close();
            read.close();
        }
    }

    /** Gives once more what was kept. The warnings have been told by then. */
    private static final class Replay implements SeriesSet {
        private final KeptSeries<Kept, Selection>.Replay source;
        private @Nullable Kept current;

        Replay(KeptSeries<Kept, Selection>.Replay source) {
            this.source = source;
        }

        @Override
        public boolean next() {
            current = source.next();
            return current != null;
        }

        @Override
        public Labels labels() {
            return current().labels();
        }

        @Override
        public SampleColumns samples() {
            return current().samples();
        }

        private Kept current() {
            return Objects.requireNonNull(current, "no current series: call next() first");
        }

        @Override
        public List<String> warnings() {
            return List.of();
        }

        @Override
        public void close() {
            source.close();
        }
    }
}
