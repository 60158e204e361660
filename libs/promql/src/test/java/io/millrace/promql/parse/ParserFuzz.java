package io.millrace.promql.parse;

import io.millrace.promql.print.Queries;
import io.millrace.promql.print.QueryPrinter;
import java.util.List;
import java.util.Random;

/**
 * Feeds the parser with random text and with queries that have been damaged. Anything but a tree or a
 * {@link ParseException} is a failure; so is a tree whose print does not parse to the same print.
 *
 * <p>As a program: {@code ParserFuzz STRINGS MUTATIONS [SEED]}.
 */
public final class ParserFuzz {
    private static final List<String> PIECES = List.of(
            "(",
            ")",
            "{",
            "}",
            "[",
            "]",
            ",",
            "=",
            "=~",
            "!~",
            "!=",
            "+",
            "-",
            "*",
            "/",
            "%",
            "^",
            "atan2",
            "==",
            "<",
            ">",
            "<=",
            "</",
            ">/",
            "and",
            "or",
            "unless",
            "on",
            "ignoring",
            "by",
            "without",
            "group_left",
            "group_right",
            "bool",
            "fill",
            "fill_left",
            "offset",
            "@",
            "start()",
            "end()",
            "step()",
            "range()",
            "min_of(",
            "sum",
            "topk",
            "limitk",
            "count_values",
            "rate",
            "foo",
            "bar",
            "a:b",
            "\"x\"",
            "'y'",
            "`z`",
            "\"\\",
            "5m",
            "1h",
            "1",
            "2.5",
            "0x1f",
            ".5",
            "1e3",
            "1e",
            "inf",
            "nan",
            "[5m]",
            "[5m:]",
            "{a=\"b\"}",
            "info",
            "label_replace",
            "anchored",
            "smoothed",
            "#",
            "\n",
            "\t",
            " ",
            "$",
            "!",
            "&",
            "ü",
            "😀",
            "\u0000",
            "\uD800",
            ":",
            "_",
            "__name__",
            "1_0",
            "5m3",
            "-",
            "--");

    private static final long SLOW_NANOS = 2_000_000_000L;

    private final PromqlParser parser = new PromqlParser(ParserOptions.EXPERIMENTAL);
    private final Random random;
    private long parsed;

    ParserFuzz(long seed) {
        this.random = new Random(seed);
    }

    public static void main(String[] arguments) {
        int strings = Integer.parseInt(arguments[0]);
        int mutations = Integer.parseInt(arguments[1]);
        ParserFuzz fuzz = new ParserFuzz(arguments.length > 2 ? Long.parseLong(arguments[2]) : 1);
        long start = System.nanoTime();
        fuzz.strings(strings);
        fuzz.mutations(mutations);
        System.out.printf(
                "%d random strings, %d damaged queries: %d parsed, %d refused, nothing else, %.1f s%n",
                strings, mutations, fuzz.parsed, strings + mutations - fuzz.parsed, (System.nanoTime() - start) / 1e9);
    }

    void strings(int count) {
        for (int i = 0; i < count; i++) {
            check(i % 2 == 0 ? characters() : pieces());
        }
    }

    void mutations(int count) {
        for (int i = 0; i < count; i++) {
            check(mutated(Queries.ALL.get(random.nextInt(Queries.ALL.size()))));
        }
    }

    private String characters() {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(60);
        for (int i = 0; i < length; i++) {
            text.append(random.nextInt(20) == 0 ? (char) random.nextInt(0x10000) : (char) (' ' + random.nextInt(95)));
        }
        return text.toString();
    }

    private String pieces() {
        StringBuilder text = new StringBuilder();
        int length = 1 + random.nextInt(random.nextInt(50) == 0 ? 2000 : 20);
        for (int i = 0; i < length; i++) {
            text.append(PIECES.get(random.nextInt(PIECES.size())));
            text.append(random.nextBoolean() ? " " : "");
        }
        return text.toString();
    }

    private String mutated(String query) {
        StringBuilder text = new StringBuilder(query);
        int changes = 1 + random.nextInt(4);
        for (int i = 0; i < changes; i++) {
            int at = random.nextInt(text.length() + 1);
            switch (random.nextInt(4)) {
                case 0 -> text.insert(at, PIECES.get(random.nextInt(PIECES.size())));
                case 1 -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(5)));
                case 2 -> text.insert(at, text.substring(Math.max(0, at - random.nextInt(20)), at));
                default -> {
                    if (at < text.length()) {
                        text.setCharAt(at, (char) (' ' + random.nextInt(95)));
                    }
                }
            }
        }
        return text.toString();
    }

    private void check(String query) {
        long start = System.nanoTime();
        try {
            String printed = QueryPrinter.print(parser.parse(query));
            parsed++;
            // Infinity prints with a sign, as in Prometheus, and the sign is an operator of its own when read again.
            if (!printed.contains("+Inf")) {
                checkStable(query, printed);
            }
        } catch (ParseException e) {
            if (e.getMessage() == null || e.getMessage().isEmpty()) {
                throw new AssertionError("no message for: " + query, e);
            }
        } catch (RuntimeException | StackOverflowError e) {
            throw new AssertionError("failed on: " + query, e);
        }
        if (System.nanoTime() - start > SLOW_NANOS) {
            throw new AssertionError("too slow: " + query);
        }
    }

    private void checkStable(String query, String printed) {
        String again;
        try {
            again = QueryPrinter.print(parser.parse(printed));
        } catch (ParseException e) {
            throw new AssertionError("printed as " + printed + ", which is not a query; was: " + query, e);
        }
        if (!again.equals(printed)) {
            throw new AssertionError("printed as " + printed + ", and that as " + again);
        }
    }
}
