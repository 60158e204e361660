package io.millrace.query.index;

import io.millrace.promql.storage.Matcher;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.roaringbitmap.RoaringBitmap;

/**
 * Which series match, by set algebra on the bitmaps of label values.
 *
 * <p>A series without a label has the value "". So a matcher that does not match "" asks for the union of the values it
 * matches, and a matcher that matches "" takes away the union of the values it does not match; {@code !=} and negative
 * regular expressions need no case of their own. A regular expression is tried on each value of the dictionary, which is
 * remembered ({@link MatchingValues}), or, where few series are left, on the values of those series only.
 */
final class MatcherEvaluation {
    private final IndexGeneration index;
    private final OrdinalSet within;

    MatcherEvaluation(IndexGeneration index, OrdinalSet within) {
        this.index = index;
        this.within = within;
    }

    /** A new bitmap of the matching series among those {@code within}. */
    RoaringBitmap evaluate(List<Matcher> matchers) {
        List<Matcher> wanting = new ArrayList<>();
        List<Matcher> removing = new ArrayList<>();
        for (Matcher matcher : matchers) {
            (matcher.matches("") ? removing : wanting).add(matcher);
        }
        wanting.sort(Comparator.comparing(Matcher::type)); // EQ first: cheapest and narrowest
        RoaringBitmap result = null;
        for (Matcher matcher : wanting) {
            result = result == null ? matching(matcher) : narrowed(result, matcher);
            if (result.isEmpty()) {
                return result;
            }
        }
        result = result == null ? index.all(within) : IndexGeneration.retain(result, within);
        for (Matcher matcher : removing) {
            if (!result.isEmpty()) {
                remove(result, matcher);
            }
        }
        return result;
    }

    private RoaringBitmap matching(Matcher matcher) {
        RoaringBitmap union = new RoaringBitmap();
        LabelName name = index.names.get(matcher.name());
        if (name == null) {
            return union;
        }
        if (matcher.type() == Matcher.Type.EQ) {
            LabelValue value = name.get(matcher.value());
            return value == null ? union : value.copy();
        }
        int size = name.size();
        BitSet values = name.matching().of(matcher, size);
        for (int value = values.nextSetBit(0); value >= 0; value = values.nextSetBit(value + 1)) {
            name.value(value).orInto(union);
        }
        return union;
    }

    /** Whether it costs less to ask each series than each value. */
    private static boolean areFew(RoaringBitmap series, LabelName name) {
        return 2 * series.getLongCardinality() <= name.size();
    }

    private RoaringBitmap narrowed(RoaringBitmap candidates, Matcher matcher) {
        LabelName name = index.names.get(matcher.name());
        if (name == null) {
            return new RoaringBitmap();
        }
        if (matcher.type() == Matcher.Type.EQ) {
            LabelValue value = name.get(matcher.value());
            return value == null ? new RoaringBitmap() : value.and(candidates);
        }
        return areFew(candidates, name)
                ? filtered(candidates, matcher)
                : RoaringBitmap.and(matching(matcher), candidates);
    }

    /** Asks each series; each value once. */
    private RoaringBitmap filtered(RoaringBitmap candidates, Matcher matcher) {
        Map<LabelValue, Boolean> verdicts = new IdentityHashMap<>();
        RoaringBitmap result = new RoaringBitmap();
        int size = index.table.size();
        candidates.forEach((org.roaringbitmap.IntConsumer) ordinal -> {
            if (ordinal >= size) {
                return;
            }
            for (LabelValue value : index.table.row(ordinal)) {
                if (value.name.equals(matcher.name())) {
                    if (verdicts.computeIfAbsent(value, v -> matcher.matches(v.value))) {
                        result.add(ordinal);
                    }
                    return;
                }
            }
            if (matcher.matches("")) {
                result.add(ordinal);
            }
        });
        return result;
    }

    private void remove(RoaringBitmap result, Matcher matcher) {
        LabelName name = index.names.get(matcher.name());
        if (name == null) {
            return;
        }
        if (matcher.type() == Matcher.Type.NEQ) {
            LabelValue value = name.get(matcher.value());
            if (value != null) {
                result.andNot(value.and(result));
            }
            return;
        }
        if (areFew(result, name)) {
            result.and(filtered(result, matcher));
            return;
        }
        RoaringBitmap unwanted = new RoaringBitmap();
        int size = name.size();
        BitSet wanted = name.matching().of(matcher, size);
        for (int value = wanted.nextClearBit(0); value < size; value = wanted.nextClearBit(value + 1)) {
            name.value(value).orInto(unwanted);
        }
        result.andNot(unwanted);
    }
}
