package io.millrace.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class LabelsTest {
    @Test
    void shouldSortByNameAndDropEmptyValues() {
        // when
        Labels labels = Labels.of("job", "x", "__name__", "up", "empty", "", "a", "1");

        // then
        assertThat(labels.size()).isEqualTo(3);
        assertThat(labels.name(0)).isEqualTo("__name__");
        assertThat(labels.name(1)).isEqualTo("a");
        assertThat(labels.get("empty")).isNull();
        assertThat(labels.getOrEmpty("empty")).isEmpty();
        assertThat(labels.metricName()).isEqualTo("up");
    }

    @Test
    void shouldRefuseANameThatStandsTwice() {
        assertThatThrownBy(() -> Labels.of("a", "1", "a", "2"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("label a appears twice");
    }

    @Test
    void shouldOrderByUtf8BytesWhereUtf16Differs() {
        // given: U+FF5E is EF BD 9E in UTF-8, U+1F600 is F0 9F 98 80, and as UTF-16 begins with D83D
        String fullWidth = "\uFF5E";
        String emoji = "\uD83D\uDE00";

        // then
        assertThat(fullWidth.compareTo(emoji)).isPositive();
        assertThat(Labels.compareUtf8(fullWidth, emoji)).isNegative();
    }

    @Test
    void shouldPrintAsPrometheusDoes() {
        assertThat(Labels.of("__name__", "up", "job", "a\"b\n")).hasToString("up{job=\"a\\\"b\\n\"}");
        assertThat(Labels.of("__name__", "my.metric", "a b", "x")).hasToString("{\"my.metric\", \"a b\"=\"x\"}");
        assertThat(Labels.EMPTY).hasToString("{}");
        assertThat(Labels.of("__name__", "up")).hasToString("up");
    }

    @Test
    void shouldKeepOrLeaveOutNamedLabels() {
        // given
        Labels labels = Labels.of("__name__", "up", "job", "x", "instance", "y");

        // then
        assertThat(labels.only(List.of("job"))).isEqualTo(Labels.of("job", "x"));
        assertThat(labels.without(List.of("job"))).isEqualTo(Labels.of("__name__", "up", "instance", "y"));
        assertThat(labels.withoutMetricName()).isEqualTo(Labels.of("job", "x", "instance", "y"));
        assertThat(labels.toBuilder().set("job", "").build()).isEqualTo(Labels.of("__name__", "up", "instance", "y"));
    }
}
