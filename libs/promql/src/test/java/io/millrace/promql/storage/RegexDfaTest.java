package io.millrace.promql.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.millrace.promql.storage.RegexDfa.Verdict;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RE2 is right; the automaton must say the same or that it cannot tell. */
class RegexDfaTest {
    private static final List<String> PIECES = List.of(
            "a",
            "b",
            "a",
            "b",
            "-",
            "1",
            ".",
            "|",
            "(",
            "(?:",
            ")",
            ")",
            "*",
            "+",
            "?",
            "*?",
            "{2}",
            "{0,2}",
            "{1,}",
            "[ab]",
            "[^a]",
            "[a-c1]",
            "[-b]",
            "[]a]",
            "[\\d-]",
            "\\d",
            "\\w",
            "\\W",
            "\\.",
            "\\s",
            "ü",
            "^",
            "$",
            "(?i)",
            "\\pL",
            "[[:alpha:]]",
            "\n",
            "{",
            "}",
            "]");

    private static final List<String> CHARACTERS = List.of("a", "b", "c", "1", "-", ".", "ü", "\n", "😀", "A", " ");

    @Test
    void shouldMatchAsRe2Does() {
        Random random = new Random(3);
        int told = 0;
        for (int i = 0; i < 20_000; i++) {
            String expression = text(random, PIECES, 8);
            Pattern pattern;
            try {
                pattern = Pattern.compile(expression, Pattern.DOTALL);
            } catch (PatternSyntaxException e) {
                continue;
            }
            RegexDfa automaton = RegexDfa.of(expression);
            for (int j = 0; j < 20 && automaton != null; j++) {
                String value = text(random, CHARACTERS, 6);
                Verdict verdict = automaton.match(value);
                if (verdict != Verdict.UNKNOWN) {
                    told++;
                    assertThat(verdict == Verdict.MATCH)
                            .as("%s on %s", expression, value)
                            .isEqualTo(pattern.matches(value));
                }
            }
        }
        assertThat(told).isGreaterThan(20_000);
    }

    private static String text(Random random, List<String> pieces, int most) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(most + 1); i > 0; i--) {
            text.append(pieces.get(random.nextInt(pieces.size())));
        }
        return text.toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a^", "a$b", "(?i)a", "\\pL+", "[[:alpha:]]", "\\ba", "(?P<n>a)", "(a{100}){100}", "😀+"})
    void shouldLeaveToRe2WhatItDoesNotKnow(String expression) {
        assertThat(RegexDfa.of(expression)).isNull();
    }

    @Test
    void shouldGiveUpWhenStatesAreTooMany() {
        RegexDfa automaton = RegexDfa.of("(a|b)*a(a|b){12}");
        Random random = new Random(1);
        boolean gaveUp = false;
        for (int i = 0; i < 1000 && !gaveUp; i++) {
            StringBuilder value = new StringBuilder();
            for (int j = 0; j < 40; j++) {
                value.append(random.nextBoolean() ? 'a' : 'b');
            }
            gaveUp = automaton != null && automaton.match(value.toString()) == Verdict.UNKNOWN;
        }
        assertThat(gaveUp).isTrue();
    }
}
