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
            group.passOver();
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
        groups.values().forEach(Group::discard);
    }

    private record Kept(Labels labels, SampleColumns samples) {}

    private final class Group {
        private int toCome;
        private List<Kept> series = new ArrayList<>();
        private @Nullable Selection complete;
        private long weight;
        private int readers;
        private boolean recording;

        Group(int selectors) {
            toCome = selectors;
        }

        SeriesSet select(Selection selection) {
            toCome--;
            Selection known = complete;
            if (known != null && known.startMs() == selection.startMs() && known.endMs() == selection.endMs()) {
                readers++;
                return new Replay();
            }
            SeriesSet read = context.source().select(selection);
            boolean first = known == null && !recording;
            return toCome > 0 && first ? new Recording(read, selection) : read;
        }

        /** For a selector that reads what the others cannot do with: nothing need be kept for it. */
        void passOver() {
            toCome--;
            if (toCome <= 0) {
                discard();
            }
        }

        /** False when there is no room; then nothing is kept. */
        boolean keep(Labels labels, SampleColumns samples) {
            long more = samples.size();
            SampleColumns copy = new SampleColumns(samples.size());
            for (int i = 0; i < samples.size(); i++) {
                copy.addFrom(samples, i);
                NativeHistogram histogram = samples.histogram(i);
                if (histogram != null) {
                    more += QueryContext.weight(histogram);
                }
            }
            if (!context.hasRoomToShare(more)) {
                discard();
                return false;
            }
            series.add(new Kept(labels, copy));
            weight += more;
            kept += more;
            return true;
        }

        void discard() {
            if (readers == 0) {
                series = new ArrayList<>();
                complete = null;
                kept -= weight;
                weight = 0;
            }
        }

        /** Passes on what it reads, and keeps it. */
        private final class Recording implements SeriesSet {
            private final SeriesSet read;
            private final Selection selection;
            private List<Kept> target = series;
            private boolean keeping = true;

            Recording(SeriesSet read, Selection selection) {
                this.read = read;
                this.selection = selection;
                recording = true;
            }

            @Override
            public boolean next() {
                boolean more = read.next();
                keeping = keeping && isMine();
                if (more && keeping) {
                    keeping = keep(read.labels(), read.samples());
                } else if (keeping) {
                    complete = selection;
                }
                return more;
            }

            /** Whether what was kept has not been given up meanwhile. */
            @SuppressWarnings("ReferenceEquality")
            private boolean isMine() {
                return target == series;
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
                if (keeping && complete == null && isMine()) {
                    discard();
                }
                target = List.of();
                recording = false;
                read.close();
            }
        }

        /** Gives once more what was kept. The warnings have been told by then. */
        private final class Replay implements SeriesSet {
            private final List<Kept> source = series;
            private int at = -1;
            private boolean closed;

            @Override
            public boolean next() {
                return ++at < source.size();
            }

            @Override
            public Labels labels() {
                return source.get(at).labels();
            }

            @Override
            public SampleColumns samples() {
                return source.get(at).samples();
            }

            @Override
            public List<String> warnings() {
                return List.of();
            }

            @Override
            public void close() {
                if (!closed) {
                    closed = true;
                    readers--;
                    if (toCome <= 0) {
                        discard();
                    }
                }
            }
        }
    }
}
