package io.millrace.standalone.selfmetrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.Labels;
import java.util.List;
import org.junit.jupiter.api.Test;

class PrometheusTextTest {

    private static final Labels TARGET = Labels.of("job", "millrace", "instance", "here");

    @Test
    void shouldReadPlainAndLabelledLines() {
        // given
        String page = """
                # HELP a_total things
                # TYPE a_total counter
                a_total 12.5
                b{x="1",y="two words"} +Inf
                c{le="0.5",} NaN
                """;

        // when
        List<ScrapedSample> samples = PrometheusText.parse(page, TARGET);

        // then
        assertThat(samples)
                .containsExactly(
                        new ScrapedSample(labels("a_total"), 12.5),
                        new ScrapedSample(labels("b", "x", "1", "y", "two words"), Double.POSITIVE_INFINITY),
                        new ScrapedSample(labels("c", "le", "0.5"), Double.NaN));
    }

    @Test
    void shouldReadEscapes() {
        // given
        String page = "a{path=\"C:\\\\x\\n\\\"q\\\" } ,\"} 1\n";

        // when
        List<ScrapedSample> samples = PrometheusText.parse(page, TARGET);

        // then
        assertThat(samples).containsExactly(new ScrapedSample(labels("a", "path", "C:\\x\n\"q\" } ,"), 1));
    }

    @Test
    void shouldLetTheTargetWin() {
        // when
        List<ScrapedSample> samples = PrometheusText.parse("a{job=\"other\"} 1\n", TARGET);

        // then
        assertThat(samples).containsExactly(new ScrapedSample(labels("a"), 1));
    }

    @Test
    void shouldLeaveOutLinesItCannotRead() {
        // when
        List<ScrapedSample> samples = PrometheusText.parse("nonsense\na{x=\"1 2\nb 7\n{} x\n", TARGET);

        // then
        assertThat(samples).containsExactly(new ScrapedSample(labels("b"), 7));
    }

    private static Labels labels(String metric, String... more) {
        return Labels.of(more).toBuilder()
                .add(Labels.METRIC_NAME, metric)
                .add("job", "millrace")
                .add("instance", "here")
                .build();
    }
}
