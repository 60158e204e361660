package io.millrace.query.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1435781451.781, 1435781451781",
        "1435781451.7814, 1435781451781",
        "1435781451.7819, 1435781451782",
        "-1.5, -1500",
        "-0.0005, -1",
        "1e9, 1000000000000",
        "2015-07-01T20:10:51.781Z, 1435781451781",
        "2015-07-01T22:10:51+02:00, 1435781451000",
        "2015-07-01T20:10:51.7819999Z, 1435781451781"
    })
    void shouldReadTimes(String text, long expected) {
        assertThat(Values.time(text)).isEqualTo(expected);
    }

    @Test
    void shouldKnowTheEndsOfTime() {
        assertThat(Values.time("-292273086-05-16T16:47:06Z")).isEqualTo(Values.MIN_MS);
        assertThat(Values.time("292277025-08-18T07:12:54.999999999Z")).isEqualTo(Values.MAX_MS);
        assertThat(Values.time("1e300")).isEqualTo(Values.MAX_MS);
        assertThat(Values.time("-Inf")).isEqualTo(Values.MIN_MS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "now", "2015-07-01", "2015-07-01T20:10:51", "1,5"})
    void shouldRefuseWhatIsNoTime(String text) {
        assertThatThrownBy(() -> Values.time(text)).hasMessage("cannot parse \"" + text + "\" to a valid timestamp");
    }

    @ParameterizedTest
    @CsvSource({"15, 15000", "0.5, 500", "1m, 60000", "1h30m, 5400000", "1500ms, 1500", "-1, -1000", "1e3, 1000000"})
    void shouldReadDurations(String text, long expected) {
        assertThat(Values.duration(text)).isEqualTo(expected);
    }

    @Test
    void shouldRefuseWhatIsNoDuration() {
        assertThatThrownBy(() -> Values.duration("x")).hasMessage("cannot parse \"x\" to a valid duration");
        assertThatThrownBy(() -> Values.duration("1e30"))
                .hasMessage("cannot parse \"1e30\" to a valid duration. It overflows int64");
    }

    @ParameterizedTest
    @CsvSource({
        "job, job",
        "U__job, job",
        "U__a__b, a_b",
        "U__caf_e9_, caf\u00e9",
        "U___1f600_, \uD83D\uDE00",
        "U__broken_, U__broken_",
        "U___d800_, U___d800_",
        "U___zz_, U___zz_"
    })
    void shouldUnescapeLabelNames(String escaped, String name) {
        assertThat(LabelNameEscaping.unescape(escaped)).isEqualTo(name);
    }

    @Test
    void shouldWriteTimesWithThreeDecimalsOrNone() {
        assertThat(ResultJson.time(1_435_781_451_781L)).isEqualTo("1435781451.781");
        assertThat(ResultJson.time(1_435_781_451_000L)).isEqualTo("1435781451");
        assertThat(ResultJson.time(5)).isEqualTo("0.005");
        assertThat(ResultJson.time(50)).isEqualTo("0.050");
        assertThat(ResultJson.time(-1500)).isEqualTo("-1.500");
    }
}
