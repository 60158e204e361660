package io.millrace.promql.storage;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads regular expressions that are made of characters, classes, groups, alternatives and repetitions. Others, with
 * assertions, flags or classes of Unicode, are left to RE2. The expression must be one that RE2 takes. One use.
 */
final class RegexSyntax {
    private static final int ANY_NUMBER = -1;
    private static final int LAST_CHAR = Character.MAX_VALUE;

    private static final int[] DIGITS = {'0', '9'};
    private static final int[] WORD = {'0', '9', 'A', 'Z', '_', '_', 'a', 'z'};
    private static final int[] SPACE = {'\t', '\n', '\f', '\r', ' ', ' '};

    /** An expression as a tree. */
    sealed interface Node {}

    /**
     * One character.
     *
     * @param ranges first and last of each range, inclusive; not empty
     */
    record OneOf(int[] ranges) implements Node {}

    record Sequence(List<Node> parts) implements Node {}

    record Choice(List<Node> alternatives) implements Node {}

    /** @param max -1 for any number */
    record Repeat(Node node, int min, int max) implements Node {}

    /** The expression has something that is not for us. */
    private static final class UnsupportedException extends RuntimeException {
        UnsupportedException() {
            super(null, null, false, false);
        }
    }

    private final String text;
    private int at;

    private RegexSyntax(String text) {
        this.text = text;
    }

    /** The tree, or null when the expression has something that is not for us. */
    static @Nullable Node parse(String expression) {
        for (int i = 0; i < expression.length(); i++) {
            if (Character.isSurrogate(expression.charAt(i))) {
                return null;
            }
        }
        RegexSyntax syntax = new RegexSyntax(expression);
        try {
            Node node = syntax.choice();
            return syntax.at == expression.length() ? node : null;
        } catch (UnsupportedException e) {
            return null;
        }
    }

    private boolean sees(char c) {
        return at < text.length() && text.charAt(at) == c;
    }

    private char take() {
        if (at == text.length()) {
            throw new UnsupportedException();
        }
        return text.charAt(at++);
    }

    private Node choice() {
        List<Node> alternatives = new ArrayList<>();
        alternatives.add(sequence());
        while (sees('|')) {
            at++;
            alternatives.add(sequence());
        }
        return alternatives.size() == 1 ? alternatives.get(0) : new Choice(alternatives);
    }

    private Node sequence() {
        List<Node> parts = new ArrayList<>();
        while (at < text.length() && !sees('|') && !sees(')')) {
            parts.add(repeated(atom()));
        }
        return new Sequence(parts);
    }

    private Node repeated(Node node) {
        Node result = node;
        if (at < text.length()) {
            switch (text.charAt(at)) {
                case '*' -> result = new Repeat(node, 0, ANY_NUMBER);
                case '+' -> result = new Repeat(node, 1, ANY_NUMBER);
                case '?' -> result = new Repeat(node, 0, 1);
                case '{' -> {
                    return count(node);
                }
                default -> {
                    return node;
                }
            }
            at++;
            lazy();
        }
        return result;
    }

    /** Whether as few or as many as possible does not matter for the whole. */
    private void lazy() {
        if (sees('?')) {
            at++;
        }
    }

    private Node count(Node node) {
        int end = text.indexOf('}', at);
        String[] bounds = end < 0 ? new String[0] : text.substring(at + 1, end).split(",", -1);
        if (bounds.length < 1 || bounds.length > 2 || !bounds[0].matches("\\d{1,4}")) {
            throw new UnsupportedException();
        }
        int min = Integer.parseInt(bounds[0]);
        int max = min;
        if (bounds.length == 2) {
            if (!bounds[1].matches("\\d{0,4}")) {
                throw new UnsupportedException();
            }
            max = bounds[1].isEmpty() ? ANY_NUMBER : Integer.parseInt(bounds[1]);
        }
        at = end + 1;
        lazy();
        return new Repeat(node, min, max);
    }

    private Node atom() {
        char c = take();
        return switch (c) {
            case '(' -> group();
            case '[' -> charClass();
            case '.' -> new OneOf(new int[] {0, LAST_CHAR});
            case '\\' -> new OneOf(escape());
            case '^', '$', '*', '+', '?', '{' -> throw new UnsupportedException();
            default -> new OneOf(new int[] {c, c});
        };
    }

    private Node group() {
        if (sees('?')) {
            at++;
            if (take() != ':') {
                throw new UnsupportedException();
            }
        }
        Node node = choice();
        if (take() != ')') {
            throw new UnsupportedException();
        }
        return node;
    }

    private int[] escape() {
        char c = take();
        return switch (c) {
            case 'd' -> DIGITS;
            case 'D' -> inverse(DIGITS);
            case 'w' -> WORD;
            case 'W' -> inverse(WORD);
            case 's' -> SPACE;
            case 'S' -> inverse(SPACE);
            case 't' -> new int[] {'\t', '\t'};
            case 'n' -> new int[] {'\n', '\n'};
            case 'r' -> new int[] {'\r', '\r'};
            default -> {
                if (c >= 0x7f || Character.isLetterOrDigit(c) || c < ' ') {
                    throw new UnsupportedException();
                }
                yield new int[] {c, c};
            }
        };
    }

    private Node charClass() {
        boolean negated = sees('^');
        if (negated) {
            at++;
        }
        List<int[]> ranges = new ArrayList<>();
        boolean first = true;
        while (first || !sees(']')) {
            first = false;
            ranges.add(classItem());
        }
        at++;
        int[] sorted = merged(ranges);
        int[] characters = negated ? inverse(sorted) : sorted;
        if (characters.length == 0) {
            throw new UnsupportedException();
        }
        return new OneOf(characters);
    }

    /** A character, a range or an escape in brackets. */
    private int[] classItem() {
        char c = take();
        if (c == '[' && sees(':')) {
            throw new UnsupportedException();
        }
        int[] item = c == '\\' ? escape() : new int[] {c, c};
        boolean range = sees('-') && at + 1 < text.length() && text.charAt(at + 1) != ']';
        if (!range) {
            return item;
        }
        at++;
        char last = take();
        if (item.length != 2 || item[0] != item[1] || last == '[') {
            throw new UnsupportedException();
        }
        int[] end = last == '\\' ? escape() : new int[] {last, last};
        if (end.length != 2 || end[0] != end[1] || end[0] < item[0]) {
            throw new UnsupportedException();
        }
        return new int[] {item[0], end[0]};
    }

    /** Sorted ranges that do not overlap. */
    private static int[] merged(List<int[]> items) {
        List<int[]> ranges = new ArrayList<>();
        for (int[] item : items) {
            for (int i = 0; i < item.length; i += 2) {
                ranges.add(new int[] {item[i], item[i + 1]});
            }
        }
        ranges.sort(Comparator.comparingInt(range -> range[0]));
        int[] result = new int[ranges.size() * 2];
        int used = 0;
        for (int[] range : ranges) {
            if (used > 0 && range[0] <= result[used - 1] + 1) {
                result[used - 1] = Math.max(result[used - 1], range[1]);
            } else {
                result[used++] = range[0];
                result[used++] = range[1];
            }
        }
        return Arrays.copyOf(result, used);
    }

    /** All characters that are not in the given ranges, which are sorted and do not overlap. */
    private static int[] inverse(int[] ranges) {
        List<int[]> gaps = new ArrayList<>();
        int next = 0;
        for (int i = 0; i < ranges.length; i += 2) {
            if (ranges[i] > next) {
                gaps.add(new int[] {next, ranges[i] - 1});
            }
            next = ranges[i + 1] + 1;
        }
        if (next <= LAST_CHAR) {
            gaps.add(new int[] {next, LAST_CHAR});
        }
        return merged(gaps);
    }
}
