package io.millrace.processor;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.model.Labels;
import io.millrace.model.MetricType;
import io.millrace.model.SeriesId;
import io.millrace.model.TenantId;
import io.millrace.model.TenantLimits;
import io.millrace.processor.ha.LocalElections;
import io.millrace.processor.limits.ClusterUsage;
import io.millrace.processor.series.LoggedSeries;
import io.millrace.processor.series.TenantSeries;
import io.millrace.processor.shards.WideningRules;
import io.millrace.processor.usage.JobUsageLog;
import io.millrace.runtime.policy.TenantPolicy;
import io.millrace.runtime.shards.Shards;
import io.millrace.wire.ByteWriter;
import io.millrace.wire.Partitions;
import io.millrace.wire.labels.CanonicalLabels;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PartitionProcessorTest {
    private static final byte[] DEMO = "demo".getBytes(StandardCharsets.UTF_8);
    private static final long MIDNIGHT = 20_414 * 86_400_000L;
    private static final long NOON = MIDNIGHT + 43_200_000L;
    private static final Labels UP = Labels.of("__name__", "up", "job", "node");
    private static final Labels DOWN = Labels.of("__name__", "down", "job", "node");

    private final LoggedSeries memory = new LoggedSeries();
    private final RecordedOutput output = new RecordedOutput();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private long now = NOON;
    private final RecordedUsage usage = new RecordedUsage();
    private TenantPolicy policy = TenantPolicy.DEFAULT;
    private final LocalElections elections = new LocalElections();
    private final Shared shared = new Shared(
            new ProcessorMetrics(meters),
            tenant -> policy,
            ClusterUsage.unknown(),
            elections,
            Shards.none(1),
            WideningRules.NEVER,
            new TenantId("millrace"),
            () -> now);
    private final PartitionProcessor processor =
            new PartitionProcessor(0, 1, memory, usage, JobUsageLog.none(), output, shared);

    private static String id(Labels labels) {
        return CanonicalLabels.id(labels).toString();
    }

    private double meter(String name, String... tags) {
        return meters.get("millrace.processor." + name).tags(tags).counter().count();
    }

    @Test
    void shouldPassSamplesOnByIdAndAnnounceANewSeriesOnce() {
        processor.process(
                DEMO, new ReceivedBatch(NOON).series(UP).sample(NOON - 5, 1).bytes());
        processor.process(
                DEMO, new ReceivedBatch(NOON).series(UP).sample(NOON - 4, 2).bytes());

        assertThat(output.samples)
                .containsExactly(id(UP) + " " + (NOON - 5) + "=1.0", id(UP) + " " + (NOON - 4) + "=2.0");
        assertThat(output.announced()).containsExactly("20414 " + UP);
        assertThat(memory.changelog).containsExactly("up latest=20414 active=true");
        assertThat(meter("series.announced")).isEqualTo(1);
        assertThat(meter("samples")).isEqualTo(2);
    }

    @Test
    void shouldAnnounceBothDaysOfASeriesWhoseSamplesSpanMidnight() {
        byte[] batch = new ReceivedBatch(MIDNIGHT)
                .series(UP)
                .sample(MIDNIGHT - 1, 1)
                .sample(MIDNIGHT, 2)
                .bytes();
        processor.process(DEMO, batch);
        processor.process(DEMO, batch);
        assertThat(output.announced()).containsExactly("20413 " + UP, "20414 " + UP);
    }

    @Test
    void shouldAnnounceTheNextDayOverTheEveningAndNothingAtMidnight() {
        // given: 4,000 series with a sample every quarter of an hour from noon to noon, and one that only sends old
        // samples
        Map<Integer, Integer> quarters = new TreeMap<>();
        for (now = NOON; now < NOON + 86_400_000L; now += 900_000) {
            ReceivedBatch batch = new ReceivedBatch(now);
            for (int i = 0; i < 4_000; i++) {
                batch.series(Labels.of("__name__", "m" + i)).sample(now, 1);
            }
            batch.series(DOWN).sample(now - 2 * 86_400_000L, 1);
            // when
            processor.process(DEMO, batch.bytes());
            int announced = (int) output.series.stream()
                    .filter(record -> record.day() == 20_415)
                    .count();
            if (announced > 0) {
                quarters.put((int) ((now - MIDNIGHT) / 900_000), announced);
            }
            output.clear();
        }
        // then: each once, spread over four hours
        assertThat(quarters.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(4_000);
        assertThat(quarters.keySet()).allMatch(quarter -> quarter >= 79 && quarter <= 95);
        assertThat(quarters.values()).allMatch(announced -> announced < 400);
    }

    @Test
    void shouldAnnounceADayLongPastOnceToo() {
        policy = new TenantPolicy(new TenantLimits(
                64, 1024, 4096, 16384, Duration.ofMinutes(10), Duration.ofDays(100_000), 1_000_000, 200_000));
        byte[] batch = new ReceivedBatch(NOON)
                .series(UP)
                .sample(NOON, 1)
                .sample(NOON - 40 * 86_400_000L, 1)
                .sample(-5, 1)
                .bytes();
        processor.process(DEMO, batch);
        processor.process(DEMO, batch);
        assertThat(output.announced()).containsExactly("20414 " + UP, "20374 " + UP, "-1 " + UP);
        assertThat(memory.tenants().get(0).table().active()).isEqualTo(1);
    }

    @Test
    void shouldKeepTenantsApart() {
        byte[] batch = new ReceivedBatch(NOON).series(UP).sample(NOON, 1).bytes();
        processor.process(DEMO, batch);
        processor.process("other".getBytes(StandardCharsets.UTF_8), batch);
        assertThat(output.series).extracting(record -> record.tenant().value()).containsExactly("demo", "other");
        assertThat(memory.tenants()).extracting(series -> series.table().size()).containsExactly(1, 1);
    }

    @Test
    void shouldPassHistogramsExemplarsAndMetadataOnInTheSameBatch() {
        ReceivedBatch batch = new ReceivedBatch(NOON).series(UP).sample(NOON, 1);
        batch.writer().histogram(NOON + 1, 0, new byte[] {8, 1}, 0, 2);
        batch.writer().exemplar(NOON + 2, 0, new byte[0], 0, 0);
        batch.writer()
                .metadata(
                        MetricType.COUNTER,
                        "up".getBytes(StandardCharsets.UTF_8),
                        "Aide mémoire".getBytes(StandardCharsets.UTF_8),
                        "s".getBytes(StandardCharsets.UTF_8));
        batch.series(DOWN).sample(NOON, 0);

        processor.process(DEMO, batch.bytes());

        assertThat(output.batches).hasSize(1);
        assertThat(output.samples)
                .containsExactly(
                        id(UP) + " " + NOON + "=1.0 " + (NOON + 1) + "=HISTOGRAM " + (NOON + 2) + "=EXEMPLAR",
                        "metadata up Aide mémoire s",
                        id(DOWN) + " " + NOON + "=0.0");
    }

    @Test
    void shouldAnnounceASeriesUnderItsOwnLabelsWhenItsFirstItemOfADayIsAnExemplar() {
        ReceivedBatch batch = new ReceivedBatch(NOON).series(UP);
        byte[] trace = CanonicalLabels.encode(Labels.of("trace_id", "1"));
        batch.writer().exemplar(NOON, 0, trace, 0, trace.length);

        processor.process(DEMO, batch.bytes());

        assertThat(output.announced()).containsExactly("20414 " + UP);
    }

    @Test
    void shouldSettleLabelsThatAreNotCanonicalAndRememberWhatBecameOfThem() {
        byte[] unsorted = raw("job", "node", "empty", "", "__name__", "up");
        SeriesId rawId = new SeriesId(1, 2);
        for (int i = 0; i < 2; i++) {
            processor.process(
                    DEMO,
                    new ReceivedBatch(NOON)
                            .series(rawId, unsorted)
                            .sample(NOON + i, 1)
                            .bytes());
        }
        assertThat(output.samples).containsExactly(id(UP) + " " + NOON + "=1.0", id(UP) + " " + (NOON + 1) + "=1.0");
        assertThat(output.announced()).containsExactly("20414 " + UP);
    }

    @Test
    void shouldSendASeriesWhoseIdChangedToThePartitionOfTheNewId() {
        PartitionProcessor third = new PartitionProcessor(3, 16, memory, usage, JobUsageLog.none(), output, shared);
        byte[] unsorted = raw("job", "node", "__name__", "up");
        SeriesId newId = CanonicalLabels.id(UP);
        int target = Partitions.partition(newId.high(), newId.low(), 16);
        assertThat(target).isNotEqualTo(3);

        third.process(
                DEMO,
                new ReceivedBatch(NOON)
                        .series(new SeriesId(1, 3L << 60), unsorted)
                        .sample(NOON, 1)
                        .bytes());

        assertThat(output.samplePartitions).containsExactly(target);
        assertThat(output.seriesPartitions).containsExactly(target);
    }

    @Test
    void shouldRefuseASeriesWhoseIdIsTakenByOtherLabels() {
        processor.process(
                DEMO, new ReceivedBatch(NOON).series(UP).sample(NOON, 1).bytes());
        TenantSeries series = memory.tenants().get(0);
        SeriesId taken = CanonicalLabels.id(DOWN);
        series.insert(taken.high(), taken.low(), 12345, "impostor", "", 0);
        output.clear();

        processor.process(
                DEMO,
                new ReceivedBatch(NOON)
                        .series(DOWN)
                        .sample(NOON, 1)
                        .sample(NOON + 1, 1)
                        .series(UP)
                        .sample(NOON, 3)
                        .bytes());

        assertThat(output.samples).containsExactly(id(UP) + " " + NOON + "=3.0");
        assertThat(output.announced()).isEmpty();
        assertThat(meter("refused.samples", "reason", "series-id-collision")).isEqualTo(2);
    }

    @Test
    void shouldNotTrustAnIdThatIsNotTheHashOfTheLabels() {
        SeriesId idOfUp = CanonicalLabels.id(UP);
        processor.process(
                DEMO, new ReceivedBatch(NOON).series(UP).sample(NOON, 1).bytes());
        byte[] down = CanonicalLabels.encode(DOWN);
        processor.process(
                DEMO,
                new ReceivedBatch(NOON).series(idOfUp, down).sample(NOON, 2).bytes());
        processor.process(
                DEMO,
                new ReceivedBatch(NOON).series(idOfUp, down).sample(NOON, 3).bytes());
        assertThat(output.samples)
                .containsExactly(
                        id(UP) + " " + NOON + "=1.0", id(DOWN) + " " + NOON + "=2.0", id(DOWN) + " " + NOON + "=3.0");
    }

    @Test
    void shouldRefuseASeriesWithABadLabelAndKeepTheRest() {
        processor.process(
                DEMO,
                new ReceivedBatch(NOON)
                        .series(new SeriesId(1, 2), raw("job", "a", "job", "b"))
                        .sample(NOON, 1)
                        .series(UP)
                        .sample(NOON, 1)
                        .bytes());
        assertThat(output.samples).containsExactly(id(UP) + " " + NOON + "=1.0");
        assertThat(meter("refused.samples", "reason", "duplicate-label")).isEqualTo(1);
    }

    @Test
    void shouldSetAsideARecordItCannotReadAndGoOn() {
        byte[] good = new ReceivedBatch(NOON).series(UP).sample(NOON, 1).bytes();
        byte[] cut = java.util.Arrays.copyOf(good, good.length - 3);
        processor.process(DEMO, cut);
        processor.process(DEMO, new byte[] {99});
        processor.process("NOT A TENANT".getBytes(StandardCharsets.UTF_8), good);
        processor.process(DEMO, null);
        processor.process(null, good);
        assertThat(output.samples).isEmpty();
        assertThat(output.quarantined).hasSize(5);

        processor.process(DEMO, good);
        assertThat(output.samples).hasSize(1);
        assertThat(output.quarantined).hasSize(5);
        assertThat(meter("quarantined.records")).isEqualTo(5);
        assertThat(meter("records")).isEqualTo(1);
    }

    @Test
    void shouldLogASeriesThatBecomesActiveAgain() {
        processor.process(
                DEMO, new ReceivedBatch(NOON).series(UP).sample(NOON, 1).bytes());
        TenantSeries series = memory.tenants().get(0);
        SeriesId id = CanonicalLabels.id(UP);
        series.setActive(series.table().find(id.high(), id.low()), false);
        memory.changelog.clear();

        processor.process(
                DEMO, new ReceivedBatch(NOON).series(UP).sample(NOON, 1).bytes());

        assertThat(series.table().active()).isEqualTo(1);
        assertThat(memory.changelog).isEqualTo(List.of("up latest=20414 active=true"));
        assertThat(output.series).hasSize(1);
    }

    @Test
    void shouldMeasureTheDelaySinceTheGatewayReceivedTheBatch() {
        now = NOON + 1500;
        processor.process(
                DEMO, new ReceivedBatch(NOON).series(UP).sample(NOON, 1).bytes());
        assertThat(meters.get("millrace.stage.receive.delay")
                        .tag("stage", "processor")
                        .timer()
                        .totalTime(java.util.concurrent.TimeUnit.MILLISECONDS))
                .isEqualTo(1500);
    }

    private static byte[] raw(String... namesAndValues) {
        ByteWriter out = new ByteWriter(64);
        for (String text : namesAndValues) {
            out.putSized(text.getBytes(StandardCharsets.UTF_8));
        }
        return out.toByteArray();
    }
}
