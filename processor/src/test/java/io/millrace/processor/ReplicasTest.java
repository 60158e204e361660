package io.millrace.processor;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.model.Labels;
import io.millrace.model.TenantId;
import io.millrace.model.TenantLimits;
import io.millrace.processor.ha.LocalElections;
import io.millrace.processor.limits.ClusterUsage;
import io.millrace.processor.series.LoggedSeries;
import io.millrace.processor.shards.WideningRules;
import io.millrace.processor.usage.JobUsageLog;
import io.millrace.runtime.control.ProcessingRules.HaReplicas;
import io.millrace.runtime.control.ProcessingRules.LongValues;
import io.millrace.runtime.policy.LabelRules;
import io.millrace.runtime.policy.TenantPolicy;
import io.millrace.runtime.relabel.Relabeling;
import io.millrace.runtime.shards.Shards;
import io.millrace.wire.Partitions;
import io.millrace.wire.labels.CanonicalLabels;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplicasTest {
    private static final byte[] DEMO = "demo".getBytes(StandardCharsets.UTF_8);
    private static final int PARTITIONS = 4;
    private static final Labels STORED = Labels.of("__name__", "up", "cluster", "eu");

    private long now = 1_763_812_800_000L;
    private TenantPolicy policy = new TenantPolicy(
            TenantLimits.DEFAULT,
            new LabelRules(
                    Relabeling.NONE,
                    LongValues.REFUSE,
                    new HaReplicas("cluster", "__replica__", Duration.ofSeconds(30)),
                    1));
    private final LocalElections elections = new LocalElections();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final RecordedOutput output = new RecordedOutput();
    private final RecordedUsage usage = new RecordedUsage();
    private final List<PartitionProcessor> partitions = new ArrayList<>();

    ReplicasTest() {
        ProcessorMetrics metrics = new ProcessorMetrics(meters);
        for (int number = 0; number < PARTITIONS; number++) {
            partitions.add(new PartitionProcessor(
                    number,
                    PARTITIONS,
                    new LoggedSeries(),
                    usage,
                    JobUsageLog.none(),
                    output,
                    new Shared(
                            metrics,
                            tenant -> policy,
                            ClusterUsage.unknown(),
                            elections,
                            Shards.none(PARTITIONS),
                            WideningRules.NEVER,
                            new TenantId("millrace"),
                            () -> now)));
        }
    }

    private static Labels labels(String cluster, String replica) {
        return Labels.of("__name__", "up", "__replica__", replica, "cluster", cluster);
    }

    private void send(String cluster, String replica, double value) {
        Labels labels = labels(cluster, replica);
        var id = CanonicalLabels.id(labels);
        partitions
                .get(Partitions.partition(id.high(), id.low(), PARTITIONS))
                .process(
                        DEMO,
                        new ReceivedBatch(now).series(labels).sample(now, value).bytes());
    }

    private List<String> stored() {
        List<String> values = output.samples.stream()
                .map(line -> line.substring(line.indexOf('=') + 1))
                .toList();
        return values;
    }

    private double duplicates() {
        return meters.get("millrace.processor.ha.duplicate.samples").counter().count();
    }

    @Test
    void shouldStoreOneReplicaWithoutItsLabelInThePartitionOfTheSeries() {
        send("eu", "a", 1);
        send("eu", "b", 2);
        send("eu", "a", 3);

        assertThat(stored()).containsExactly("1.0", "3.0");
        assertThat(output.samples)
                .allSatisfy(line ->
                        assertThat(line).startsWith(CanonicalLabels.id(STORED).toString()));
        var id = CanonicalLabels.id(STORED);
        assertThat(output.samplePartitions).containsOnly(Partitions.partition(id.high(), id.low(), PARTITIONS));
        assertThat(duplicates()).isEqualTo(1);
        assertThat(usage.records.values())
                .anySatisfy(record -> assertThat(record.duplicates()).isEqualTo(1));
        assertThat(output.rejections).isEmpty();
    }

    @Test
    void shouldTakeTheOtherReplicaAfterTheFailoverTime() {
        send("eu", "a", 1);
        now += 29_999;
        send("eu", "b", 2);
        now += 1;
        send("eu", "b", 3);
        send("eu", "a", 4);

        assertThat(stored()).containsExactly("1.0", "3.0");
    }

    @Test
    void shouldElectForEachClusterByItself() {
        send("eu", "a", 1);
        send("us", "b", 2);
        assertThat(stored()).containsExactly("1.0", "2.0");
    }

    @Test
    void shouldStoreSeriesWithoutAReplicaAsTheyCome() {
        partitions
                .get(0)
                .process(
                        DEMO,
                        new ReceivedBatch(now).series(STORED).sample(now, 5).bytes());
        assertThat(stored()).containsExactly("5.0");
        assertThat(elections.log).isEmpty();
    }

    @Test
    void shouldRefuseMoreClustersThanTheLimit() {
        TenantLimits one = TenantLimits.DEFAULT.withHaClusters(1);
        policy = new TenantPolicy(one, policy.rules());
        byte[] batch = new ReceivedBatch(now)
                .series(labels("eu", "a"))
                .sample(now, 1)
                .series(labels("us", "a"))
                .sample(now, 2)
                .bytes();

        partitions.get(0).process(DEMO, batch);

        assertThat(stored()).containsExactly("1.0");
        assertThat(output.rejections)
                .singleElement()
                .satisfies(rejection -> assertThat(rejection.reason()).isEqualTo("millrace-max-ha-clusters"));
    }

    @Test
    void shouldMakeRoomForOtherClustersAfterAnHour() {
        TenantLimits one = TenantLimits.DEFAULT.withHaClusters(1);
        policy = new TenantPolicy(one, policy.rules());
        PartitionProcessor partition = partitions.get(0);
        partition.process(
                DEMO,
                new ReceivedBatch(now).series(labels("eu", "a")).sample(now, 1).bytes());
        now += 3_600_001;
        partition.process(
                DEMO,
                new ReceivedBatch(now).series(labels("us", "a")).sample(now, 2).bytes());
        assertThat(stored()).containsExactly("1.0", "2.0");
    }
}
