package io.millrace.processor;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.Labels;
import io.millrace.model.TenantId;
import io.millrace.model.TenantLimits;
import io.millrace.runtime.control.ProcessingRules.HaReplicas;
import io.millrace.runtime.control.ProcessingRules.LongValues;
import io.millrace.runtime.policy.LabelRules;
import io.millrace.runtime.policy.TenantPolicy;
import io.millrace.runtime.relabel.Relabeling;
import io.millrace.wire.labels.CanonicalLabels;
import io.millrace.wire.record.AdmissionRecord;
import io.millrace.wire.record.RejectionRecord;
import io.millrace.wire.record.UsageRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Limits on series, pairs of replicas, and counts, through the whole topology. */
class LimitsTopologyTest {
    private static final Labels UP = Labels.of("__name__", "up", "job", "node");
    private static final Labels OTHER_UP = Labels.of("__name__", "up", "job", "other");
    private static final Labels DOWN = Labels.of("__name__", "down", "job", "node");

    @TempDir
    private Path folder;

    private DrivenTopology topology;

    @BeforeEach
    void start() {
        topology = new DrivenTopology(folder);
    }

    @AfterEach
    void stop() {
        topology.close();
    }

    private void limit(long activeSeries, long perMetric, long newPerMinute) {
        topology.policy = new TenantPolicy(TenantLimits.DEFAULT.withSeries(activeSeries, perMetric, newPerMinute));
    }

    private void send(Labels... series) {
        ReceivedBatch batch = topology.batch();
        for (Labels labels : series) {
            batch.series(labels).sample(topology.now, 1);
        }
        topology.send(batch);
    }

    private List<String> stored() {
        return topology.samples().stream().map(line -> line.substring(0, 32)).toList();
    }

    private static String id(Labels labels) {
        return CanonicalLabels.id(labels).toString();
    }

    private void assertRefused(String reason) {
        assertThat(topology.rejections()).singleElement().satisfies(rejection -> {
            assertThat(rejection.reason()).isEqualTo(reason);
            assertThat(rejection.samples()).isEqualTo(1);
            assertThat(rejection.origin()).isEqualTo(RejectionRecord.Origin.PROCESSOR);
        });
    }

    @Test
    void shouldRefuseNewSeriesAtTheLimitAndTellTheGateways() {
        limit(1, 1000, 1000);

        send(UP, DOWN);
        send(UP);

        assertThat(stored()).containsExactly(id(UP), id(UP));
        assertRefused("millrace-max-active-series");
        topology.pass(Duration.ofSeconds(1));
        assertThat(topology.read("admission")).singleElement().satisfies(record -> {
            AdmissionRecord full = AdmissionRecord.decode(AdmissionRecord.Key.decode(record.key()), record.value());
            assertThat(full.limit()).isEqualTo(1);
            assertThat(full.known()).isNotNull();
        });

        limit(1000, 1000, 1000);
        topology.pass(Duration.ofSeconds(1));

        assertThat(topology.read("admission"))
                .singleElement()
                .extracting(TestRecord::value)
                .isNull();
        send(DOWN);
        assertThat(stored()).containsExactly(id(DOWN));
    }

    @Test
    void shouldRefuseOneSeriesTooManyOfAMetricOnly() {
        limit(1000, 1, 1000);

        send(UP, OTHER_UP, DOWN);

        assertThat(stored()).containsExactly(id(UP), id(DOWN));
        assertRefused("millrace-max-series-per-metric");
    }

    @Test
    void shouldRefuseOneNewSeriesTooManyOfAMinuteOnly() {
        limit(1000, 1000, 1);

        send(UP, DOWN);

        assertThat(stored()).containsExactly(id(UP));
        assertRefused("millrace-max-new-series");
        topology.pass(Duration.ofMinutes(1));
        send(DOWN);
        assertThat(stored()).containsExactly(id(DOWN));
    }

    @Test
    void shouldStoreTheElectedReplicaWithoutItsLabelAndCountTheOther() {
        topology.policy = new TenantPolicy(
                TenantLimits.DEFAULT,
                new LabelRules(
                        Relabeling.NONE,
                        LongValues.REFUSE,
                        new HaReplicas("cluster", "__replica__", Duration.ofSeconds(30)),
                        1));
        Labels first = Labels.of("__name__", "up", "__replica__", "a", "cluster", "eu");
        Labels second = Labels.of("__name__", "up", "__replica__", "b", "cluster", "eu");

        send(first);
        send(second);

        assertThat(stored()).containsExactly(id(Labels.of("__name__", "up", "cluster", "eu")));
        assertThat(topology.rejections()).isEmpty();
        assertThat(topology.counter("ha.duplicate.samples")).isEqualTo(1);

        // when the elected one has been silent for the failover time
        topology.pass(Duration.ofSeconds(31));
        send(second);

        assertThat(stored()).containsExactly(id(Labels.of("__name__", "up", "cluster", "eu")));
    }

    @Test
    void shouldPublishWhatATenantUsesOnceASecond() {
        limit(1, 1000, 1000);

        send(UP, DOWN);
        topology.pass(Duration.ofSeconds(1));

        List<UsageRecord> usage = topology.read("usage").stream()
                .map(record -> UsageRecord.decode(record.key(), record.value()))
                .toList();
        assertThat(usage).singleElement().satisfies(record -> {
            assertThat(record.tenant()).isEqualTo(new TenantId("demo"));
            assertThat(record.samples()).isEqualTo(1);
            assertThat(record.refused()).isEqualTo(1);
            assertThat(record.activeSeries()).isEqualTo(1);
            assertThat(record.createdSeries()).isEqualTo(1);
        });
    }
}
