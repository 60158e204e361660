package io.millrace.processor;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.model.Labels;
import io.millrace.model.RefusedItem;
import io.millrace.model.RejectReason;
import io.millrace.model.TenantId;
import io.millrace.model.TenantLimits;
import io.millrace.processor.ha.LocalElections;
import io.millrace.processor.limits.ClusterUsage;
import io.millrace.processor.series.LoggedSeries;
import io.millrace.processor.series.SeriesSweep;
import io.millrace.processor.shards.WideningRules;
import io.millrace.processor.usage.JobUsageLog;
import io.millrace.runtime.control.ProcessingRules;
import io.millrace.runtime.control.ProcessingRules.LongValues;
import io.millrace.runtime.policy.LabelRules;
import io.millrace.runtime.policy.TenantPolicy;
import io.millrace.runtime.relabel.RelabelRule;
import io.millrace.runtime.shards.Shards;
import io.millrace.wire.Partitions;
import io.millrace.wire.labels.CanonicalLabels;
import io.millrace.wire.record.AdmissionRecord;
import io.millrace.wire.record.RejectionRecord;
import io.millrace.wire.record.UsageRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SeriesLimitsTest {
    private static final byte[] DEMO = "demo".getBytes(StandardCharsets.UTF_8);
    private static final TenantId TENANT = new TenantId("demo");

    private long now = 1_763_812_800_000L;
    private TenantPolicy policy = TenantPolicy.DEFAULT;
    private final Map<Integer, Long> published = new HashMap<>();
    private final List<Partition> cluster = new ArrayList<>();

    /** One partition of a cluster, with what it has put out. */
    private final class Partition {
        final LoggedSeries memory = new LoggedSeries();
        final RecordedOutput output = new RecordedOutput();
        final RecordedUsage usage = new RecordedUsage();
        final PartitionProcessor processor;
        final SeriesSweep sweep = new SeriesSweep(memory, 1200, 172_800, 2, 1);

        Partition(int number, int partitions) {
            ClusterUsage others = (tenant, partition) -> published.entrySet().stream()
                    .filter(entry -> entry.getKey() != partition)
                    .mapToLong(Map.Entry::getValue)
                    .sum();
            ProcessorMetrics metrics = new ProcessorMetrics(new SimpleMeterRegistry());
            processor = new PartitionProcessor(
                    number,
                    partitions,
                    memory,
                    usage,
                    JobUsageLog.none(),
                    output,
                    new Shared(
                            metrics,
                            id -> policy,
                            others,
                            new LocalElections(),
                            Shards.none(partitions),
                            WideningRules.NEVER,
                            new TenantId("millrace"),
                            () -> now));
        }

        long active() {
            return memory.tenant(TENANT).table().active();
        }
    }

    private void limit(long activeSeries, long perMetric, long newPerMinute) {
        policy = new TenantPolicy(TenantLimits.DEFAULT.withSeries(activeSeries, perMetric, newPerMinute));
    }

    private static Labels series(String metric, int number) {
        return Labels.of("__name__", metric, "number", Integer.toString(number));
    }

    private byte[] batch(String metric, int from, int to) {
        ReceivedBatch batch = new ReceivedBatch(now);
        for (int number = from; number < to; number++) {
            batch.series(series(metric, number)).sample(now, number);
        }
        return batch.bytes();
    }

    /** Sends series to the partitions they belong to. */
    private void send(String metric, int from, int to) {
        for (int partition = 0; partition < cluster.size(); partition++) {
            ReceivedBatch batch = new ReceivedBatch(now);
            for (int number = from; number < to; number++) {
                var id = CanonicalLabels.id(series(metric, number));
                if (Partitions.partition(id.high(), id.low(), cluster.size()) == partition) {
                    batch.series(series(metric, number)).sample(now, number);
                }
            }
            cluster.get(partition).processor.process(DEMO, batch.bytes());
        }
    }

    private void publish() {
        for (int partition = 0; partition < cluster.size(); partition++) {
            published.put(partition, cluster.get(partition).active());
        }
    }

    private long active() {
        return cluster.stream().mapToLong(Partition::active).sum();
    }

    @Test
    void shouldRefuseNewSeriesAtTheLimitAndPassKnownOnes() {
        limit(10, 1000, 1000);
        Partition only = new Partition(0, 1);
        only.processor.process(DEMO, batch("m", 0, 12));
        assertThat(only.output.samples).hasSize(10);
        only.output.clear();

        only.processor.process(DEMO, batch("m", 0, 15));

        assertThat(only.output.samples).hasSize(10);
        assertThat(only.output.series).isEmpty();
        assertThat(only.output.rejections).singleElement().satisfies(rejection -> {
            assertThat(rejection.origin()).isEqualTo(RejectionRecord.Origin.PROCESSOR);
            assertThat(rejection.reason()).isEqualTo("millrace-max-active-series");
            assertThat(rejection.samples()).isEqualTo(5);
            assertThat(rejection.metric()).isEqualTo("m");
            assertThat(rejection.series()).isEqualTo("m{number=\"10\"}");
            assertThat(rejection.item()).isEqualTo(RefusedItem.sample(now, Double.doubleToRawLongBits(10)));
            assertThat(rejection.message()).isEqualTo("the instance has 10 active series, its limit is 10");
        });
        UsageRecord usage = only.usage.records.get(new UsageRecord.Key(TENANT, 0));
        assertThat(usage.samples()).isEqualTo(20);
        assertThat(usage.refused()).isEqualTo(7);
        assertThat(usage.activeSeries()).isEqualTo(10);
        assertThat(usage.createdSeries()).isEqualTo(10);
    }

    @Test
    void shouldTellGatewaysWhichSeriesPassWhileTheTenantIsAtItsLimit() {
        limit(10, 1000, 1000);
        Partition only = new Partition(0, 1);
        only.processor.process(DEMO, batch("m", 0, 9));
        second(only);
        only.output.clear();

        // when it gets its tenth
        only.processor.process(DEMO, batch("m", 5, 12));
        second(only);

        // then gateways hear which ten pass, and every second that this is still so
        assertThat(only.output.full).singleElement().satisfies(full -> {
            assertThat(full.tenant()).isEqualTo(TENANT);
            assertThat(full.activeSeries()).isEqualTo(10);
            assertThat(full.limit()).isEqualTo(10);
            assertThat(full.known()).isNotNull();
            for (int number = 0; number < 10; number++) {
                var id = CanonicalLabels.id(series("m", number));
                assertThat(full.known().mayContain(id.high(), id.low())).isTrue();
            }
        });
        second(only);
        assertThat(only.output.full)
                .hasSize(2)
                .last()
                .satisfies(full -> assertThat(full.known()).isNull());
        assertThat(only.output.open).isEmpty();
    }

    @Test
    void shouldTellGatewaysAtOnceWhenThereIsRoomAgain() {
        limit(10, 1000, 1000);
        Partition only = new Partition(0, 1);
        only.processor.process(DEMO, batch("m", 0, 12));
        second(only);
        assertThat(only.output.full).hasSize(1);

        // when the limit is raised
        limit(11, 1000, 1000);
        second(only);

        // then new series come, and when there are too many again all that were taken are among those that pass
        assertThat(only.output.open).hasSize(1);
        only.output.clear();
        only.processor.process(DEMO, batch("m", 20, 22));
        second(only);
        assertThat(only.output.samples).hasSize(1);
        assertThat(only.output.full).singleElement().satisfies(full -> {
            assertThat(full.known()).isNotNull();
            var id = CanonicalLabels.id(series("m", 20));
            assertThat(full.known().mayContain(id.high(), id.low())).isTrue();
        });
    }

    @Test
    void shouldTakeBackAfterARestartWhatMayHaveBeenToldBefore() {
        limit(10, 1000, 1000);
        Partition only = new Partition(0, 1);
        only.processor.process(DEMO, batch("m", 0, 5));

        second(only);
        second(only);

        assertThat(only.output.open).hasSize(1);
        assertThat(only.output.full).isEmpty();
    }

    @Test
    void shouldRepeatTheKnownSeriesForGatewaysThatHaveStarted() {
        limit(10, 1000, 1000);
        Partition only = new Partition(0, 1);
        only.processor.process(DEMO, batch("m", 0, 12));

        for (int i = 0; i < 61; i++) {
            second(only);
        }

        assertThat(only.output.full).hasSize(61);
        assertThat(only.output.full.stream().filter(full -> full.known() != null))
                .hasSize(3);
    }

    @Test
    void shouldNotSpendMoreThanStatedOnATenantThatGoesToAndFroAtItsLimit() {
        // given a tenant with 62.5 KB of known series, at its limit
        limit(50_000, 1_000_000, 1_000_000);
        Partition only = new Partition(0, 1);
        only.processor.process(DEMO, batch("m", 0, 50_001));
        second(only);
        assertThat(only.output.full).hasSize(1);

        // when it has room and has none every second
        for (int i = 1; i <= 10; i++) {
            limit(50_000 + i, 1_000_000, 1_000_000);
            second(only);
            only.processor.process(DEMO, batch("m", 60_000 + 2 * i, 60_002 + 2 * i));
            second(only);
        }

        // then the known series are told of every 3.2 s at most; the rest is refused here
        assertThat(only.output.full.stream()
                        .filter(full -> full.known() != null)
                        .count())
                .isBetween(2L, 1 + 20_000L / 3_125);
        assertThat(only.output.rejections).hasSize(11);
    }

    @Test
    void shouldTellGatewaysWhichMetricsAreFullAndWhichOfTheirSeriesPass() {
        limit(1000, 5, 1000);
        Partition only = new Partition(0, 1);
        only.processor.process(DEMO, batch("big", 0, 8));
        only.processor.process(DEMO, batch("small", 0, 3));
        second(only);

        assertThat(only.output.full).singleElement().satisfies(full -> {
            assertThat(full.reached()).isEqualTo(RejectReason.MAX_SERIES_PER_METRIC);
            assertThat(full.limit()).isEqualTo(5);
            assertThat(full.metrics()).containsExactly("big");
            for (int number = 0; number < 5; number++) {
                assertThat(knows(full, "big", number)).isTrue();
            }
        });

        // when another one gets full too, both come with their series
        only.processor.process(DEMO, batch("small", 0, 6));
        second(only);
        assertThat(only.output.full).hasSize(2).last().satisfies(full -> {
            assertThat(full.metrics()).containsExactlyInAnyOrder("big", "small");
            assertThat(knows(full, "big", 4)).isTrue();
            assertThat(knows(full, "small", 4)).isTrue();
        });

        // and when there is room it is taken back at once
        limit(1000, 6, 1000);
        second(only);
        assertThat(only.output.open).hasSize(1);
        only.output.clear();
        only.processor.process(DEMO, batch("big", 0, 7));
        assertThat(only.output.samples).hasSize(6);
    }

    @Test
    void shouldRefuseWhatGatewaysAreToldToRefuseUntilTheyAreToldOtherwise() {
        limit(1000, 5, 1000);
        Partition only = new Partition(0, 1);
        only.processor.process(DEMO, batch("big", 0, 8));
        second(only);
        only.output.clear();

        // when there is room, but gateways have not heard of it
        limit(1000, 100, 1000);
        only.processor.process(DEMO, batch("big", 0, 8));

        // then a series that they do not know is not taken: they would refuse its next sample
        assertThat(only.output.samples).hasSize(5);
        second(only);
        only.output.clear();
        only.processor.process(DEMO, batch("big", 0, 8));
        assertThat(only.output.samples).hasSize(8);
    }

    @Test
    void shouldTellGatewaysWhenThereAreTooManyNewSeriesUntilThereIsAllowanceForSomeSeconds() {
        limit(100_000, 100_000, 60);
        Partition only = new Partition(0, 1);
        only.processor.process(DEMO, batch("m", 0, 100));
        second(only);

        assertThat(only.output.full).singleElement().satisfies(full -> {
            assertThat(full.reached()).isEqualTo(RejectReason.MAX_NEW_SERIES);
            assertThat(full.limit()).isEqualTo(60);
            assertThat(knows(full, "m", 59)).isTrue();
        });
        for (int i = 0; i < 8; i++) {
            second(only);
        }
        assertThat(only.output.open).isEmpty();
        only.output.clear();

        // when what refills in ten seconds is there
        second(only);
        second(only);

        assertThat(only.output.open).hasSize(1);
        only.output.clear();
        only.processor.process(DEMO, batch("m", 100, 200));
        assertThat(only.output.samples).hasSizeBetween(10, 12);
    }

    private static boolean knows(AdmissionRecord full, String metric, int number) {
        var id = CanonicalLabels.id(series(metric, number));
        return full.known() != null && full.known().mayContain(id.high(), id.low());
    }

    @Test
    void shouldTellGatewaysOfSeriesAsTheTenantsRulesMakeThem() throws Exception {
        limit(10, 1000, 1000);
        policy = new TenantPolicy(
                policy.limits(),
                LabelRules.of(new ProcessingRules(
                        TENANT,
                        List.of(),
                        List.of(new RelabelRule(List.of("__name__"), null, "m", null, "__name__", "renamed", null)),
                        LongValues.REFUSE,
                        null)));
        Partition only = new Partition(0, 1);
        only.processor.process(DEMO, batch("m", 0, 12));

        second(only);

        assertThat(only.output.rejections).hasSize(1);
        assertThat(only.output.full).singleElement().satisfies(full -> {
            assertThat(full.rules()).isNotZero().isEqualTo(policy.rules().fingerprint(policy.limits()));
            assertThat(knows(full, "renamed", 9)).isTrue();
        });
    }

    private void second(Partition partition) {
        now += 1000;
        partition.processor.publishUsage();
    }

    @Test
    void shouldTakeNewSeriesAgainWhenOthersHaveBecomeIdle() {
        limit(10, 1000, 1000);
        Partition only = new Partition(0, 1);
        only.processor.process(DEMO, batch("m", 0, 10));
        now += 1_201_000;
        only.processor.process(DEMO, batch("m", 0, 4));
        only.sweep.step((int) (now / 1000));
        assertThat(only.active()).isEqualTo(4);
        now += 3000;
        only.output.clear();

        only.processor.process(DEMO, batch("m", 4, 30));

        assertThat(only.active()).isEqualTo(10);
        assertThat(only.output.samples).hasSize(6);
        assertThat(only.output.rejections).extracting(RejectionRecord::samples).containsExactly(20L);
    }

    @Test
    void shouldObeyAChangedLimitWithTheNextBatch() {
        limit(10, 1000, 1000);
        Partition only = new Partition(0, 1);
        only.processor.process(DEMO, batch("m", 0, 20));
        limit(15, 1000, 1000);
        only.processor.process(DEMO, batch("m", 0, 20));
        assertThat(only.active()).isEqualTo(15);
        limit(5, 1000, 1000);
        only.output.clear();
        only.processor.process(DEMO, batch("m", 0, 20));
        assertThat(only.active()).isEqualTo(15);
        assertThat(only.output.samples).hasSize(15);
    }

    @Test
    void shouldHoldTheLimitOfTheWholeOverPartitionsWithinTheStatedOvershoot() {
        int partitions = 6;
        limit(10_000, 1_000_000, 1_000_000);
        for (int partition = 0; partition < partitions; partition++) {
            cluster.add(new Partition(partition, partitions));
        }
        // Five thousand new series in each second; counts get round once a second.
        for (int second = 0; second < 20; second++) {
            send("m", second * 5000, (second + 1) * 5000);
            publish();
            now += 1000;
        }
        double overshoot = 3 * Math.sqrt(10_000.0 * partitions) + partitions;
        assertThat(active()).isBetween(10_000L, 10_000 + (long) overshoot);
    }

    @Test
    void shouldFillTheLimitAlmostWhollyFromOneScrape() {
        int partitions = 6;
        limit(1000, 1_000_000, 1_000_000);
        for (int partition = 0; partition < partitions; partition++) {
            cluster.add(new Partition(partition, partitions));
        }
        send("m", 0, 1000);
        assertThat(active()).isEqualTo(1000);
    }

    @Test
    void shouldLimitSeriesOfOneMetricAndLeaveOthersAlone() {
        limit(1000, 5, 1000);
        Partition only = new Partition(0, 1);
        only.processor.process(DEMO, batch("big", 0, 8));
        only.processor.process(DEMO, batch("small", 0, 3));
        assertThat(only.active()).isEqualTo(8);
        assertThat(only.output.rejections).singleElement().satisfies(rejection -> {
            assertThat(rejection.reason()).isEqualTo("millrace-max-series-per-metric");
            assertThat(rejection.metric()).isEqualTo("big");
            assertThat(rejection.samples()).isEqualTo(3);
        });
    }

    @Test
    void shouldLimitNewSeriesPerMinute() {
        limit(100_000, 100_000, 60);
        Partition only = new Partition(0, 1);
        only.processor.process(DEMO, batch("m", 0, 100));
        assertThat(only.active()).isEqualTo(60);
        now += 30_000;
        only.processor.process(DEMO, batch("m", 100, 200));
        assertThat(only.active()).isEqualTo(90);
        assertThat(only.output.rejections).extracting(RejectionRecord::reason).containsOnly("millrace-max-new-series");
    }

    @Test
    void shouldCountAFloodOfMetricsTogether() {
        limit(1, 1000, 1000);
        Partition only = new Partition(0, 1);
        ReceivedBatch batch = new ReceivedBatch(now).series(series("first", 0)).sample(now, 0);
        for (int metric = 0; metric < 500; metric++) {
            batch.series(series("bomb_" + metric, 0)).sample(now, 0);
        }
        only.processor.process(DEMO, batch.bytes());
        assertThat(only.output.rejections).hasSize(21);
        assertThat(only.output.rejections.stream()
                        .mapToLong(RejectionRecord::samples)
                        .sum())
                .isEqualTo(500);
        assertThat(only.output.rejections.get(20).metric()).isEmpty();
    }

    @Test
    void shouldGoOnCountingFromTheStateOfAnEarlierTask() {
        Partition first = new Partition(0, 1);
        first.processor.process(DEMO, batch("m", 0, 3));
        PartitionProcessor second = new PartitionProcessor(
                0,
                1,
                first.memory,
                first.usage,
                JobUsageLog.none(),
                first.output,
                new Shared(
                        new ProcessorMetrics(new SimpleMeterRegistry()),
                        id -> policy,
                        ClusterUsage.unknown(),
                        new LocalElections(),
                        Shards.none(1),
                        WideningRules.NEVER,
                        new TenantId("millrace"),
                        () -> now));
        second.process(DEMO, batch("m", 0, 3));
        second.publishUsage();
        second.publishUsage();
        assertThat(first.output.usage).singleElement().satisfies(usage -> {
            assertThat(usage.samples()).isEqualTo(6);
            assertThat(usage.createdSeries()).isEqualTo(3);
            assertThat(usage.current().samples()).isEqualTo(6);
        });
    }
}
