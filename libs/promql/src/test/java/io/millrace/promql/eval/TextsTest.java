package io.millrace.promql.eval;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.millrace.model.Labels;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Natural order, templates of replacements, hashes of labels. */
class TextsTest {
    @ParameterizedTest
    @CsvSource({
        "cpu2, cpu10",
        "cpu02, cpu10",
        "a1b2, a1b10",
        "a, b",
        "a, a1",
        "'', a",
        "1, a",
        "x99999999999999999999, x100000000000000000000",
        "v1.9.0, v1.10.0",
        "a1, a-1",
        "4.17.9-1, 4.17.15-1"
    })
    void shouldOrderNumbersInTexts(String less, String greater) {
        assertThat(NaturalOrder.compare(less, greater)).isNegative();
        assertThat(NaturalOrder.compare(greater, less)).isPositive();
        assertThat(NaturalOrder.compare(less, less)).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "$1-$2, a-b",
        "${1}x, ax",
        "$1x, ''",
        "$name, b",
        "${name}$$, b$",
        "$0, ab",
        "$9, ''",
        "100$, 100$",
        "$-, $-",
        "${1, ${1",
        "${}, ${}",
        "plain, plain"
    })
    void shouldExpandAsGoDoes(String template, String expected) {
        Matcher matcher = Pattern.compile("(a)(?P<name>b)").matcher("ab");
        assertThat(matcher.find()).isTrue();
        assertThat(RegexTemplate.expand(template, matcher)).isEqualTo(expected);
    }

    /** Values of the reference implementation of xxHash64, seed 0. */
    @ParameterizedTest
    @CsvSource({
        "'', ef46db3751d8e999",
        "a, d24ec4f1a98c6e5b",
        "abc, 44bc2cf5ad770999",
        "The quick brown fox jumps over the lazy dog, 0b242d361fda71bc"
    })
    void shouldHash(String text, String expected) {
        assertThat(LabelHash.xxHash64(text.getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(Long.parseUnsignedLong(expected, 16));
    }

    @Test
    void shouldSpreadSeriesOverTheRatio() {
        int low = 0;
        for (int i = 0; i < 10_000; i++) {
            double fraction = LabelHash.fraction(Labels.of("__name__", "m", "instance", "host-" + i));
            assertThat(fraction).isBetween(0.0, 1.0);
            low += fraction < 0.3 ? 1 : 0;
        }
        assertThat(low).isBetween(2_800, 3_200);
    }
}
