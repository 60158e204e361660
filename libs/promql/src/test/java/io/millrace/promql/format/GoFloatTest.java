package io.millrace.promql.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoFloatTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0, 0, 0",
        "-0.0, -0, -0, -0",
        "1, 1, 1, 1",
        "1e6, 1000000, 1000000, 1e+06",
        "123456, 123456, 123456, 123456",
        "0.0001, 0.0001, 0.0001, 0.0001",
        "0.00001, 0.00001, 0.00001, 1e-05",
        "0.000001, 0.000001, 0.000001, 1e-06",
        "0.0000001, 0.0000001, 1e-07, 1e-07",
        "1e20, 100000000000000000000, 100000000000000000000, 1e+20",
        "1e21, 1000000000000000000000, 1e+21, 1e+21",
        "2e23, 200000000000000000000000, 2e+23, 2e+23",
        "1.5e300, , 1.5e+300, 1.5e+300",
        "5e-324, , 5e-324, 5e-324",
        "1.7976931348623157e308, , 1.7976931348623157e+308, 1.7976931348623157e+308",
        "0.1, 0.1, 0.1, 0.1",
        "100.5, 100.5, 100.5, 100.5",
        "NaN, NaN, NaN, NaN",
        "Infinity, +Inf, +Inf, +Inf",
        "-Infinity, -Inf, -Inf, -Inf"
    })
    void shouldWriteFloatsAsGo(double value, String plain, String json, String general) {
        if (plain != null) {
            assertThat(GoFloat.formatF(value)).isEqualTo(plain);
        }
        assertThat(GoFloat.formatJson(value)).isEqualTo(json);
        assertThat(GoFloat.formatG(value)).isEqualTo(general);
    }

    @Test
    void shouldReadBackWhatItWrites() {
        Random random = new Random(1);
        for (int i = 0; i < 200_000; i++) {
            double value = Double.longBitsToDouble(random.nextLong());
            if (Double.isFinite(value)) {
                assertThat(Double.parseDouble(GoFloat.formatF(value))).isEqualTo(value);
                assertThat(Double.parseDouble(GoFloat.formatJson(value))).isEqualTo(value);
            }
        }
    }

    @Test
    void shouldNeverWriteMoreDigitsThanJava() {
        Random random = new Random(2);
        for (int i = 0; i < 100_000; i++) {
            double value = Double.longBitsToDouble(random.nextLong());
            if (Double.isFinite(value)) {
                String ours = ShortestDecimal.of(value).digits();
                String javas =
                        Double.toString(Math.abs(value)).replaceAll("E.*", "").replace(".", "");
                assertThat(ours.length()).isLessThanOrEqualTo(javas.length());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1",
        "+1, 1",
        "-1.5, -1.5",
        ".5, 0.5",
        "5., 5",
        "1e3, 1000",
        "1E-3, 0.001",
        "inf, Infinity",
        "+Inf, Infinity",
        "-infinity, -Infinity",
        "NaN, NaN",
        "0x1p-2, 0.25",
        "0x.8p1, 1",
        "1_000.5, 1000.5",
        "0x_1Fp0, 31"
    })
    void shouldReadFloatsOfGo(String text, double value) {
        assertThat(Double.valueOf(GoFloat.parse(text))).isEqualTo(Double.valueOf(value));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", ".", "e", "1e", "1d", "1f", " 1", "1 ", "0x1", "0x", "-nan", "1__0", "_1", "1_", "Infinit", "1,5"
            })
    void shouldRefuseWhatGoRefuses(String text) {
        assertThatThrownBy(() -> GoFloat.parse(text))
                .isInstanceOf(NumberFormatException.class)
                .hasMessageStartingWith("strconv.ParseFloat: parsing ")
                .hasMessageEndingWith("invalid syntax");
    }

    @Test
    void shouldRefuseNumbersThatDoNotFit() {
        assertThatThrownBy(() -> GoFloat.parse("1e400"))
                .hasMessage("strconv.ParseFloat: parsing \"1e400\": value out of range");
    }

    @ParameterizedTest
    @CsvSource({"0, 0.0", "1, 1.0", "-1, -1.0", "0.99, 0.99", "1e6, 1e+06", "NaN, NaN", "Infinity, +Inf"})
    void shouldWriteLabelValuesAsOpenMetrics(double value, String text) {
        assertThat(GoFloat.formatOpenMetrics(value)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"10, 3, 10.000", "1.0005, 3, 1.000", "-0.1, 1, -0.1"})
    void shouldWriteFixedDecimals(double value, int decimals, String text) {
        assertThat(GoFloat.formatFixed(value, decimals)).isEqualTo(text);
    }
}
