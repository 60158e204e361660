package io.millrace.promql.generate;

import java.util.List;
import java.util.Random;

/** Writes texts that are hardly ever queries: random characters, random pieces of queries, damaged queries. Not thread-safe. */
final class FuzzTexts {
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

    private final Random random;

    FuzzTexts(long seed) {
        this.random = new Random(seed);
    }

    String characters() {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(60);
        for (int i = 0; i < length; i++) {
            text.append(random.nextInt(20) == 0 ? (char) random.nextInt(0x10000) : (char) (' ' + random.nextInt(95)));
        }
        return text.toString();
    }

    String pieces() {
        StringBuilder text = new StringBuilder();
        int length = 1 + random.nextInt(random.nextInt(50) == 0 ? 2000 : 20);
        for (int i = 0; i < length; i++) {
            text.append(PIECES.get(random.nextInt(PIECES.size())));
            text.append(random.nextBoolean() ? " " : "");
        }
        return text.toString();
    }

    String mutated(String query) {
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
}
