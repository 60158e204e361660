package io.millrace.wire.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.Labels;
import io.millrace.wire.MalformedException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CanonicalLabelsTest {
    @Test
    void shouldEncodeAsDocumented() {
        // when
        byte[] bytes = CanonicalLabels.encode(Labels.of("job", "api", "__name__", "up"));

        // then
        assertThat(bytes).isEqualTo("\u0008__name__\u0002up\u0003job\u0003api".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void shouldSortByUtf8Bytes() {
        // given names that UTF-16 would order the other way round
        Labels labels = Labels.of("\uD83D\uDE00", "supplementary", "\uFFFD", "basic plane", "a", "ü");

        // when
        byte[] bytes = CanonicalLabels.encode(labels);

        // then
        assertThat(CanonicalLabels.decode(bytes, 0, bytes.length)).isEqualTo(labels);
    }

    /** Computed with the C library xxHash 0.8.1, seed 0. They must never change. */
    @Test
    void shouldHashWithXxh3() {
        assertThat(CanonicalLabels.id(Labels.EMPTY)).hasToString("99aa06d3014798d86001c324468d497f");
        assertThat(CanonicalLabels.id(Labels.of("__name__", "up", "job", "api")))
                .hasToString("9f036561633b8981917db33c2a640338");
        assertThat(CanonicalLabels.id(Labels.of("__name__", "x".repeat(300), "job", "api")))
                .hasToString("015e5108311969b56861f5e5e2a4e7ba");
    }

    @Test
    void shouldHashAndDecodeWithinALargerArray() {
        // given
        byte[] bytes = CanonicalLabels.encode(Labels.of("__name__", "up"));
        byte[] larger = new byte[bytes.length + 9];
        System.arraycopy(bytes, 0, larger, 4, bytes.length);

        // then
        assertThat(CanonicalLabels.id(larger, 4, bytes.length)).isEqualTo(CanonicalLabels.id(bytes, 0, bytes.length));
        assertThat(CanonicalLabels.decode(larger, 4, bytes.length)).isEqualTo(Labels.of("__name__", "up"));
        assertThat(CanonicalLabels.metricName(larger, 4, bytes.length)).isEqualTo("up");
    }

    @Test
    void shouldFindMetricNameBehindUpperCaseLabels() {
        byte[] bytes = CanonicalLabels.encode(Labels.of("Zone", "a", "__name__", "up", "job", "api"));
        assertThat(CanonicalLabels.metricName(bytes, 0, bytes.length)).isEqualTo("up");
        byte[] nameless = CanonicalLabels.encode(Labels.of("Zone", "a"));
        assertThat(CanonicalLabels.metricName(nameless, 0, nameless.length)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "0161, expected 1 more", // no value
        "01610162 01610163, above", // twice the same name
        "01620162 01610163, above", // falling names
        "000161, name at byte 0 is empty",
        "016100, value at byte 2 is empty",
        "01610200ff, not UTF-8",
        "8100610162, needless bytes",
        "01610562, more than",
        "ffffffffffffffffff7f, longer than 64 bits",
    })
    void shouldRefuse(String hex, String reason) {
        byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
        assertThatThrownBy(() -> CanonicalLabels.decode(bytes, 0, bytes.length))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void shouldRefuseToEncodeWhatItCouldNotDecode() {
        assertThatThrownBy(() -> CanonicalLabels.encode(Labels.of("", "x")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> CanonicalLabels.encode(Labels.of("a", "\uD83D")))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
