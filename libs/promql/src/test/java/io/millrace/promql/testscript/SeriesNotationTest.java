package io.millrace.promql.testscript;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.Labels;
import io.millrace.model.NativeHistogram;
import io.millrace.model.NativeHistogram.ResetHint;
import io.millrace.model.StaleMarker;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SeriesNotationTest {
    private static List<Point> points(String values) {
        return SeriesNotation.parse("m " + values).points();
    }

    @ParameterizedTest
    @CsvSource({
        "1 2 3, '[1, 2, 3]'",
        "5x2, '[5, 5, 5]'",
        "0x3, '[0, 0, 0, 0]'",
        "1+2x3, '[1, 3, 5, 7]'",
        "-1-1x2, '[-1, -2, -3]'",
        "+1+-1x1, not a value",
        "1.5e3-500x1, '[1500, 1000]'",
        ".5 5. 1e-5, '[0.5, 5, 1e-05]'",
        "_ 1 _x2 2, '[_, 1, _, _, 2]'",
        "stale NaN Inf -Inf +inf, '[stale, NaN, +Inf, -Inf, +Inf]'",
        "-30s-1mx2 5m 100ms, '[-30, -90, -150, 300, 0.1]'",
        "1_000 0, '[1000, 0]'"
    })
    void shouldReadValues(String values, String expected) {
        if (expected.equals("not a value")) {
            assertThatThrownBy(() -> points(values)).isInstanceOf(IllegalArgumentException.class);
        } else {
            assertThat(points(values)).hasToString(expected);
        }
    }

    @Test
    void shouldReadStaleMarkersBitForBit() {
        assertThat(StaleMarker.is(points("stale").get(0).value())).isTrue();
    }

    @Test
    void shouldReadLabels() {
        assertThat(SeriesNotation.parse("m{a=\"x } y\", b='{'} 1").labels())
                .isEqualTo(Labels.of("__name__", "m", "a", "x } y", "b", "{"));
        assertThat(SeriesNotation.parse("{\"a.b\", \"c d\"=\"e\"}").labels())
                .isEqualTo(Labels.of("__name__", "a.b", "c d", "e"));
        assertThat(SeriesNotation.parse("a:b").labels()).isEqualTo(Labels.of("__name__", "a:b"));
        assertThat(SeriesNotation.parse("{} 1").labels()).isEqualTo(Labels.EMPTY);
    }

    @Test
    void shouldTellStartTimestamps() {
        SeriesNotation starts = SeriesNotation.parse("m{a=\"b\"}@st -1m _");
        assertThat(starts.startTimestamps()).isTrue();
        assertThat(starts.points()).hasToString("[-60, _]");
        assertThat(SeriesNotation.parse("m@st 1").startTimestamps()).isTrue();
    }

    @Test
    void shouldReadHistograms() {
        NativeHistogram histogram = Objects.requireNonNull(points(
                        "{{schema:1 sum:-0.3 count:3.1 z_bucket:7.1 z_bucket_w:0.05"
                                + " buckets:[5.1 10 7] offset:-3 n_buckets:[4.1 5] n_offset:-5 counter_reset_hint:gauge}}")
                .get(0)
                .histogram());
        assertThat(histogram)
                .isEqualTo(new NativeHistogram(
                        false,
                        ResetHint.GAUGE,
                        1,
                        0.05,
                        7.1,
                        3.1,
                        -0.3,
                        new int[] {-3, 3},
                        new double[] {5.1, 10, 7},
                        new int[] {-5, 2},
                        new double[] {4.1, 5},
                        new double[0]));
        assertThat(points("{{}}").get(0).hintWritten()).isFalse();
        assertThat(points("{{ }}x1")).hasSize(2);
    }

    @Test
    void shouldReadGrowingHistograms() {
        List<Point> points = points("{{sum:1 count:1 buckets:[1]}}+{{sum:2 count:2 buckets:[2]}}x2");
        assertThat(points)
                .hasToString("[{{count:1 sum:1 buckets:[1]}}, {{count:3 sum:3 buckets:[3]}},"
                        + " {{count:5 sum:5 buckets:[5]}}]");
        assertThat(points("{{count:5 sum:5}}-{{count:1 sum:2}}x1").get(1)).hasToString("{{count:4 sum:3}}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "m 1x",
                "m x",
                "m 1+x3",
                "m {{",
                "m {{a:1}}",
                "m {{sum:1 sum:2}}",
                "m {{sum}}",
                "m {{counter_reset_hint:maybe}}",
                "m{a=} 1",
                "m 1e",
                "m 1x99999999999",
                "m{a=\"b\" 1",
                "m 1,2"
            })
    void shouldRefuseOtherText(String line) {
        assertThatThrownBy(() -> SeriesNotation.parse(line)).isInstanceOf(RuntimeException.class);
    }
}
