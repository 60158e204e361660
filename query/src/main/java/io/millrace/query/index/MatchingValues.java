package io.millrace.query.index;

import io.millrace.promql.storage.Matcher;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which values of a label fulfil a matcher. What the regular expressions asked last came to is remembered, so that a
 * dashboard that asks again has only those values tried that are new. Values never go within a generation of the index, and
 * an expression says the same of a value always, so that nothing remembered can become wrong. Thread-safe.
 */
final class MatchingValues {
    /** The regular expressions of a large dashboard for one label. At a bit a value each: 4 bytes a value. */
    private static final int MOST_REMEMBERED = 32;

    /** Fewer values are tried as fast as they are remembered. */
    private static final int FEW = 256;

    private final LabelName name;
    private final Map<String, Answer> answers = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Answer> eldest) {
            return size() > MOST_REMEMBERED;
        }
    };

    MatchingValues(LabelName name) {
        this.name = name;
    }

    /**
     * What is known of an expression; does not change.
     *
     * @param matching numbers of the values that match
     * @param tried values that are known of
     */
    private record Answer(BitSet matching, int tried) {}

    /** The numbers of the values that fulfil a matcher, among those below a {@link LabelName#size}; the caller's own. */
    BitSet of(Matcher matcher, int size) {
        boolean isRegex = matcher.type() == Matcher.Type.RE || matcher.type() == Matcher.Type.NRE;
        if (!isRegex || size < FEW) {
            BitSet result = new BitSet(size);
            tryOut(matcher, true, 0, size, result);
            return result;
        }
        boolean positive = matcher.type() == Matcher.Type.RE;
        BitSet result = (BitSet) answer(matcher, positive, size).matching.clone();
        if (!positive) {
            result.flip(0, size);
        }
        result.clear(size, Math.max(size, result.length()));
        return result;
    }

    private Answer answer(Matcher matcher, boolean positive, int size) {
        Answer known;
        synchronized (answers) {
            known = answers.get(matcher.value());
        }
        if (known != null && known.tried >= size) {
            return known;
        }
        BitSet matching = known == null ? new BitSet(size) : (BitSet) known.matching.clone();
        tryOut(matcher, positive, known == null ? 0 : known.tried, size, matching);
        Answer answer = new Answer(matching, size);
        synchronized (answers) {
            answers.merge(matcher.value(), answer, (before, now) -> before.tried > now.tried ? before : now);
        }
        return answer;
    }

    private void tryOut(Matcher matcher, boolean sought, int from, int to, BitSet result) {
        for (int number = from; number < to; number++) {
            if (matcher.matches(name.value(number).value) == sought) {
                result.set(number);
            }
        }
    }
}
