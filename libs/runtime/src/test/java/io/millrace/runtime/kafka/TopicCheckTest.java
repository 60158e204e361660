package io.millrace.runtime.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TopicCheckTest {
    private final TopicSpec series = TopicSpec.all(TestKafkaSettings.of("a:1")).get(2);
    private final TopicSpec rejections =
            TopicSpec.all(TestKafkaSettings.of("a:1")).get(3);
    private final TopicCheck check = new TopicCheck();

    @Test
    void shouldFindNothingWhenATopicIsAsItShouldBe() {
        // when
        check.compare(series, 6, 1, series.config());

        // then
        assertThat(check.errors()).isEmpty();
        assertThat(check.warnings()).isEmpty();
    }

    @Test
    void shouldTakePoliciesInAnyOrder() {
        // when
        check.compare(series, 6, 1, with(series, "cleanup.policy", "delete, compact"));

        // then
        assertThat(check.errors()).isEmpty();
    }

    @Test
    void shouldRefuseAnotherNumberOfPartitionsOfADataTopic() {
        // when
        check.compare(series, 12, 1, series.config());

        // then
        assertThat(check.errors())
                .singleElement()
                .asString()
                .startsWith("topic millrace-series has 12 partitions, the configuration says 6; set kafka.partitions");
    }

    @Test
    void shouldOnlyWarnOfAnotherNumberOfPartitionsWhereItDoesNoHarm() {
        // when
        check.compare(rejections, 12, 1, rejections.config());

        // then
        assertThat(check.errors()).isEmpty();
        assertThat(check.warnings())
                .containsExactly("topic millrace-rejections has 12 partitions, the configuration says 6");
    }

    @Test
    void shouldRefuseAPolicyThatWouldLoseData() {
        // when
        check.compare(series, 6, 1, with(series, "cleanup.policy", "delete"));

        // then
        assertThat(check.errors()).singleElement().asString().contains("has cleanup.policy=delete");
    }

    @Test
    void shouldWarnOfOtherDifferences() {
        // when
        check.compare(series, 6, 0, with(series, "retention.ms", "1000"));

        // then
        assertThat(check.errors()).isEmpty();
        assertThat(check.warnings())
                .hasSize(2)
                .anySatisfy(warning -> assertThat(warning).contains("0 copies"))
                .anySatisfy(warning -> assertThat(warning).contains("retention.ms=1000", "259200000"));
    }

    private static Map<String, String> with(TopicSpec spec, String key, String value) {
        Map<String, String> config = new HashMap<>(spec.config());
        config.put(key, value);
        return config;
    }
}
