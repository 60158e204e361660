package io.millrace.promql.storage;

import io.millrace.promql.storage.RegexSyntax.Choice;
import io.millrace.promql.storage.RegexSyntax.Node;
import io.millrace.promql.storage.RegexSyntax.OneOf;
import io.millrace.promql.storage.RegexSyntax.Repeat;
import io.millrace.promql.storage.RegexSyntax.Sequence;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A deterministic automaton for a regular expression, made state by state as values are matched: a matcher that is asked
 * for each of 100,000 values of a label costs one look into a table for each character. Bounded in size; what it cannot
 * tell is left to RE2. Thread-safe.
 *
 * <h2>How</h2>
 * The expression becomes a nondeterministic automaton after Thompson. A state of ours is the set of states that one can be
 * in. Tables of states are filled without a lock, which is harmless: who misses an entry asks for the same state again,
 * under the lock, and states are immutable but for their tables.
 */
final class RegexDfa {
    /** What a value does. */
    enum Verdict {
        MATCH,
        NO_MATCH,
        /** The value, or the automaton, is too much for us. */
        UNKNOWN
    }

    /** Of the nondeterministic automaton, with repetitions written out. */
    private static final int MOST_INSTRUCTIONS = 1000;

    /** Each has a table of 0.5 KB, which makes 128 KB. */
    private static final int MOST_STATES = 256;

    private static final int ASCII = 128;
    private static final int[] FORK = new int[0];

    /** A set of states of the nondeterministic automaton. */
    private static final class State {
        final int[] members;
        final boolean accepts;
        final @Nullable State[] next = new State[ASCII];

        State(int[] members, boolean accepts) {
            this.members = members;
            this.accepts = accepts;
        }
    }

    /** Characters by instruction; {@link #FORK} for one that takes none. The last instruction is the end. */
    private final List<int[]> ranges = new ArrayList<>();

    private final List<int[]> targets = new ArrayList<>();
    private final Map<BitSet, State> states = new HashMap<>();
    private final State start;
    private final State dead;

    private RegexDfa(Node node) throws TooLargeException {
        int first = emit(node, -1);
        // Instructions were written back to front, so that each knows the one behind it; -1 is the end.
        BitSet members = new BitSet();
        close(first, members);
        start = state(members);
        dead = state(new BitSet());
    }

    /** The automaton, or null where RE2 must do. */
    static @Nullable RegexDfa of(String expression) {
        Node node = RegexSyntax.parse(expression);
        if (node == null) {
            return null;
        }
        try {
            return new RegexDfa(node);
        } catch (TooLargeException e) {
            return null;
        }
    }

    private static final class TooLargeException extends Exception {
        TooLargeException() {
            super(null, null, false, false);
        }
    }

    /** Writes what matches a node and goes on at an instruction; gives its first instruction. */
    private int emit(Node node, int behind) throws TooLargeException {
        if (node instanceof OneOf one) {
            return instruction(one.ranges(), behind);
        }
        if (node instanceof Sequence sequence) {
            int next = behind;
            for (int i = sequence.parts().size() - 1; i >= 0; i--) {
                next = emit(sequence.parts().get(i), next);
            }
            return next;
        }
        if (node instanceof Choice choice) {
            int[] firsts = new int[choice.alternatives().size()];
            for (int i = 0; i < firsts.length; i++) {
                firsts[i] = emit(choice.alternatives().get(i), behind);
            }
            return instruction(FORK, firsts);
        }
        return emit((Repeat) node, behind);
    }

    private int emit(Repeat repeat, int behind) throws TooLargeException {
        int next = behind;
        if (repeat.max() < 0) {
            int loop = instruction(FORK, behind, behind);
            int body = emit(repeat.node(), loop);
            targets.set(loop, new int[] {body, behind});
            next = loop;
        } else {
            for (int i = repeat.min(); i < repeat.max(); i++) {
                next = instruction(FORK, emit(repeat.node(), next), behind);
            }
        }
        for (int i = 0; i < repeat.min(); i++) {
            next = emit(repeat.node(), next);
        }
        return next;
    }

    private int instruction(int[] characters, int... next) throws TooLargeException {
        if (ranges.size() == MOST_INSTRUCTIONS) {
            throw new TooLargeException();
        }
        ranges.add(characters);
        targets.add(next);
        return ranges.size() - 1;
    }

    /** Adds an instruction and all that can be reached from it without a character. Members are one higher: 0 is the end. */
    private void close(int instruction, BitSet members) {
        int[] open = new int[MOST_INSTRUCTIONS + 1];
        int size = 0;
        if (!members.get(instruction + 1)) {
            members.set(instruction + 1);
            open[size++] = instruction;
        }
        while (size > 0) {
            int current = open[--size];
            if (current < 0 || ranges.get(current).length > 0) {
                continue;
            }
            for (int target : targets.get(current)) {
                if (!members.get(target + 1)) {
                    members.set(target + 1);
                    open[size++] = target;
                }
            }
        }
    }

    private State state(BitSet members) {
        return states.computeIfAbsent(
                members, created -> new State(created.stream().toArray(), created.get(0)));
    }

    private synchronized @Nullable State follow(State state, char c) {
        BitSet members = new BitSet();
        for (int member : state.members) {
            if (member > 0 && takes(ranges.get(member - 1), c)) {
                close(targets.get(member - 1)[0], members);
            }
        }
        if (states.size() >= MOST_STATES && !states.containsKey(members)) {
            return null;
        }
        State next = state(members);
        if (c < ASCII) {
            state.next[c] = next;
        }
        return next;
    }

    private static boolean takes(int[] ranges, char c) {
        for (int i = 0; i < ranges.length; i += 2) {
            if (c >= ranges[i] && c <= ranges[i + 1]) {
                return true;
            }
        }
        return false;
    }

    /** Whether the whole value matches. */
    @SuppressWarnings("ReferenceEquality")
    Verdict match(String value) {
        State state = start;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (Character.isSurrogate(c)) {
                return Verdict.UNKNOWN;
            }
            State next = c < ASCII ? state.next[c] : null;
            if (next == null) {
                next = follow(state, c);
                if (next == null) {
                    return Verdict.UNKNOWN;
                }
            }
            if (next == dead) {
                return Verdict.NO_MATCH;
            }
            state = next;
        }
        return state.accepts ? Verdict.MATCH : Verdict.NO_MATCH;
    }
}
