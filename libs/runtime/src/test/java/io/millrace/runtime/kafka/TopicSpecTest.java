package io.millrace.runtime.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class TopicSpecTest {
    private final KafkaSettings settings = TestKafkaSettings.of("a:1", "PARTITIONS", "4");
    private final Map<String, TopicSpec> topics =
            TopicSpec.all(settings).stream().collect(Collectors.toMap(TopicSpec::name, Function.identity()));

    @Test
    void shouldStateAllTopics() {
        assertThat(topics.keySet())
                .containsExactlyInAnyOrder(
                        "millrace-received",
                        "millrace-samples",
                        "millrace-series",
                        "millrace-rejections",
                        "millrace-usage",
                        "millrace-usage-by-job",
                        "millrace-gateways",
                        "millrace-admission",
                        "millrace-shards",
                        "millrace-control",
                        "millrace-audit",
                        "millrace-ha",
                        "millrace-key-uses",
                        "millrace-quarantine");
    }

    @Test
    void shouldGiveTheThreeDataTopicsTheSamePartitions() {
        assertThat(List.of("millrace-received", "millrace-samples", "millrace-series"))
                .allSatisfy(name -> {
                    assertThat(topic(name).partitions()).isEqualTo(4);
                    assertThat(topic(name).fixedPartitions()).isTrue();
                });
        assertThat(topic("millrace-control").partitions()).isEqualTo(1);
    }

    @Test
    void shouldCleanEachTopicAsItsReadersNeed() {
        assertThat(topic("millrace-received").config())
                .containsEntry("cleanup.policy", "delete")
                .containsEntry("retention.ms", "21600000")
                .containsEntry("segment.bytes", "134217728")
                .doesNotContainKey("retention.bytes");
        assertThat(topic("millrace-samples").config()).containsEntry("retention.ms", "43200000");
        assertThat(topic("millrace-series").config())
                .containsEntry("cleanup.policy", "compact,delete")
                .containsEntry("min.compaction.lag.ms", "46800000")
                .containsEntry("retention.ms", "259200000");
        assertThat(topic("millrace-control").config())
                .containsEntry("cleanup.policy", "compact")
                .doesNotContainKey("retention.ms");
    }

    @Test
    void shouldKeepDataByTheClockOfTheBrokerAndRecordsAStockBrokerTakes() {
        assertThat(topics.values())
                .allSatisfy(topic -> assertThat(topic.config())
                        .containsEntry("message.timestamp.type", "LogAppendTime")
                        .containsEntry("compression.type", "producer")
                        .containsEntry("min.insync.replicas", "1")
                        .containsKey("max.message.bytes"));
        assertThat(topic("millrace-samples").config()).containsEntry("max.message.bytes", "1048588");
    }

    @Test
    void shouldBoundTheBytesOfDataTopicsOnlyWhenAsked() {
        // given
        KafkaSettings small = TestKafkaSettings.of("a:1", "RETENTION_PARTITION_BYTES", "1GiB");

        // when
        List<String> bounded = TopicSpec.all(small).stream()
                .filter(spec -> "1073741824".equals(spec.config().get("retention.bytes")))
                .map(TopicSpec::name)
                .toList();

        // then
        assertThat(bounded).containsExactly("millrace-received", "millrace-samples");
    }

    private TopicSpec topic(String name) {
        TopicSpec spec = topics.get(name);
        assertThat(spec).as(name).isNotNull();
        return spec;
    }
}
