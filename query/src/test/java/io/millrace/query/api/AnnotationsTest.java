package io.millrace.query.api;

import static io.millrace.query.api.ApiHarness.NOW_MS;
import static io.millrace.query.api.ApiHarness.encode;
import static io.millrace.query.api.ApiHarness.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.model.Labels;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Warnings and infos in the answer. */
class AnnotationsTest {
    private ApiHarness api;

    @BeforeEach
    void start() throws Exception {
        api = new ApiHarness();
        for (int i = 0; i < 15; i++) {
            api.sample(Labels.of("__name__", "gauge" + i), NOW_MS - 30_000, 1);
            api.sample(Labels.of("__name__", "gauge" + i), NOW_MS, 2);
        }
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void shouldSayWhatIsDoubtfulInPrometheusWords() throws Exception {
        // when
        JsonNode info =
                json(api.get("query?query=" + encode("rate(gauge1[5m])")).body());
        JsonNode warning =
                json(api.get("query?query=" + encode("quantile(2, gauge1)")).body());

        // then
        assertThat(info.at("/infos/0").asText())
                .isEqualTo(
                        "PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket:"
                                + " \"gauge1\" (1:6)");
        assertThat(info.has("warnings")).isFalse();
        assertThat(warning.at("/warnings/0").asText())
                .isEqualTo("PromQL warning: quantile value should be between 0 and 1, got 2 (1:10)");
        assertThat(warning.has("infos")).isFalse();
    }

    @Test
    void shouldShowTenAndCountTheRest() throws Exception {
        // given: fifteen metrics that are no counters
        String query =
                IntStream.range(0, 15).mapToObj(i -> "rate(gauge" + i + "[5m])").collect(Collectors.joining(" or "));

        // when
        JsonNode infos =
                json(api.post("query", "query=" + encode(query)).body()).get("infos");

        // then
        assertThat(infos).hasSize(11);
        assertThat(infos.get(10).asText()).isEqualTo("5 more info annotations omitted");
    }
}
