package io.millrace.promql.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.List;
import org.junit.jupiter.api.Test;

class MatcherTest {
    private static final List<String> EXPRESSIONS = List.of(
            "",
            "a",
            "a|b",
            "(a|b)",
            "(?:a|b|)",
            "a|",
            "|",
            "ab.*",
            "ab.+",
            ".*ab",
            ".+ab",
            ".*ab.*",
            ".+ab.+",
            ".*",
            ".+",
            "^ab$",
            "^a|b$",
            "a\\.b",
            "a\\|b",
            "a.b",
            "(a)|(b)",
            "a(b|c)",
            "[ab]",
            "ab*",
            "(?i)ab",
            "(?i:AB)",
            "\\d+",
            "a\\.*",
            "a\\\\.*",
            ".+.*",
            ".*.+",
            ".*a|b.*|c",
            "a{2}",
            "\\Qa.b\\E",
            "a$|b",
            ".",
            "..",
            "a\\-b",
            "x-y.*",
            "\\/a",
            "(?s).*",
            ".*\\n.*",
            "ü.*",
            "a\nb",
            "(.*)",
            "(ab.*)",
            "(ab)(.*)");

    private static final List<String> VALUES = List.of(
            "", "a", "b", "ab", "abc", "cab", "cabd", "aab", "aa", "a.b", "aXb", "a|b", "AB", "7", "12", "a-b", "x-yz",
            "/a", "\n", "a\nb", "b\na", "ü", "üx", "😀", "ab\n", "c", "a.", "a..", "a\\", "a\\x");

    @Test
    void shouldMatchAsTheRegexItself() {
        for (String expression : EXPRESSIONS) {
            Pattern whole = Pattern.compile("^(?s:" + expression + ")$");
            Matcher matcher = Matcher.of(Matcher.Type.RE, "l", expression);
            Matcher inverse = Matcher.of(Matcher.Type.NRE, "l", expression);
            for (String value : VALUES) {
                boolean expected = whole.matcher(value).find();
                assertThat(matcher.matches(value))
                        .as("%s on %s", expression, value)
                        .isEqualTo(expected);
                assertThat(inverse.matches(value)).isEqualTo(!expected);
            }
        }
    }

    @Test
    void shouldListTheValuesOfAlternations() {
        assertThat(Matcher.of(Matcher.Type.RE, "l", "a|b\\.c|").values()).containsExactly("a", "b.c", "");
        assertThat(Matcher.of(Matcher.Type.RE, "l", "(?:x|y)").values()).containsExactly("x", "y");
        assertThat(Matcher.of(Matcher.Type.EQ, "l", "x").values()).containsExactly("x");
        assertThat(Matcher.of(Matcher.Type.RE, "l", "a|b.*").values()).isNull();
        assertThat(Matcher.of(Matcher.Type.NRE, "l", "a|b").values()).isNull();
    }

    @Test
    void shouldKnowThePrefixOfMatchingValues() {
        assertThat(Matcher.of(Matcher.Type.RE, "l", "node_.*").prefix()).isEqualTo("node_");
        assertThat(Matcher.of(Matcher.Type.RE, "l", ".*node").prefix()).isEmpty();
        assertThat(Matcher.of(Matcher.Type.NEQ, "l", "node").prefix()).isEmpty();
    }

    @Test
    void shouldPrintAsInAQuery() {
        assertThat(Matcher.of(Matcher.Type.NRE, "job", "a\"\n")).hasToString("job!~\"a\\\"\\n\"");
        assertThat(Matcher.of(Matcher.Type.EQ, "my.label", "x")).hasToString("\"my.label\"=\"x\"");
    }

    @Test
    void shouldRefuseWhatIsNotRe2WithTheExpressionAsWritten() {
        assertThatThrownBy(() -> Matcher.of(Matcher.Type.RE, "l", "a("))
                .isInstanceOf(PatternSyntaxException.class)
                .hasMessage("error parsing regexp: missing closing ): `a(`");
        assertThatThrownBy(() -> Matcher.of(Matcher.Type.RE, "l", "a)"))
                .hasMessage("error parsing regexp: unexpected ): `a)`");
        assertThatThrownBy(() -> Matcher.of(Matcher.Type.RE, "l", "(?=a)")).isInstanceOf(PatternSyntaxException.class);
        assertThatThrownBy(() -> Matcher.of(Matcher.Type.RE, "l", "a{1001}"))
                .isInstanceOf(PatternSyntaxException.class);
    }

    @Test
    void shouldRefuseABackslashBeforeALetterBeyondAscii() {
        assertThatThrownBy(() -> Matcher.of(Matcher.Type.RE, "room", "caf\\\u00e9"))
                .isInstanceOf(PatternSyntaxException.class)
                .hasMessageContaining("invalid escape sequence");
        assertThat(Matcher.of(Matcher.Type.RE, "room", "\\Qcaf\\\u00e9\\E").matches("caf\\\u00e9"))
                .isTrue();
    }
}
