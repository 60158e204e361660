package io.millrace.processor;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.Labels;
import io.millrace.model.MetricType;
import io.millrace.model.NativeHistogram;
import io.millrace.model.NativeHistogram.ResetHint;
import io.millrace.model.TenantLimits;
import io.millrace.runtime.policy.TenantPolicy;
import io.millrace.wire.labels.CanonicalLabels;
import io.millrace.wire.record.HistogramMessage;
import io.millrace.wire.record.SampleBatchReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The limits on items, through the whole topology. */
class ItemLimitsTest {
    private static final Labels UP = Labels.of("__name__", "up", "job", "node");

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

    private static NativeHistogram histogram(int schema, int buckets) {
        double[] counts = new double[buckets];
        Arrays.fill(counts, 3);
        return new NativeHistogram(
                true,
                ResetHint.NO,
                schema,
                0.001,
                1,
                3 * buckets + 1,
                42,
                new int[] {1, buckets},
                counts,
                new int[0],
                new double[0],
                schema == NativeHistogram.CUSTOM_BUCKETS ? new double[buckets - 1] : new double[0]);
    }

    private ReceivedBatch with(ReceivedBatch batch, NativeHistogram histogram) {
        byte[] bytes = HistogramMessage.encode(histogram);
        batch.writer().histogram(topology.now, 0, bytes, 0, bytes.length);
        return batch;
    }

    private ReceivedBatch withExemplar(ReceivedBatch batch) {
        byte[] trace = CanonicalLabels.encode(Labels.of("trace_id", "1"));
        batch.writer().exemplar(topology.now, 0, trace, 0, trace.length);
        return batch;
    }

    private void items(int buckets, long exemplars, int metadata) {
        topology.policy = new TenantPolicy(TenantLimits.DEFAULT.withItems(buckets, exemplars, metadata));
    }

    @Test
    void shouldStoreWhatIsWithinTheWindowAndRefuseTheRest() {
        long now = topology.now;
        topology.policy = new TenantPolicy(
                new TenantLimits(64, 64, 64, 1000, Duration.ofSeconds(10), Duration.ofSeconds(60), 100, 100));

        topology.send(topology.batch()
                .series(UP)
                .sample(now - 60_001, 1)
                .sample(now - 60_000, 2)
                .sample(now + 10_000, 3)
                .sample(now + 10_001, 4));

        assertThat(topology.samples())
                .containsExactly(CanonicalLabels.id(UP) + " " + (now - 60_000) + "=2.0 " + (now + 10_000) + "=3.0");
        assertThat(topology.rejections())
                .extracting(rejection -> rejection.reason() + " " + rejection.samples() + " "
                        + rejection.item().value() + "@"
                        + (rejection.item().timestampMs() - now))
                .containsExactlyInAnyOrder("millrace-too-old 1 1.0@-60001", "millrace-too-far-in-future 1 4.0@10001");
    }

    @Test
    void shouldReckonTheWindowFromTheReceiptSoThatABacklogIsKept() {
        ReceivedBatch batch = topology.batch().series(UP).sample(topology.now, 1);
        topology.pass(Duration.ofDays(20));
        topology.send(batch);
        assertThat(topology.samples()).hasSize(1);
        assertThat(topology.rejections()).isEmpty();
    }

    @Test
    void shouldLowerTheResolutionOfALargeHistogram() {
        items(10, 100, 100);
        topology.send(with(topology.batch().series(UP), histogram(3, 33)));

        NativeHistogram stored = onlyHistogram();
        assertThat(stored.schema()).isEqualTo(1);
        assertThat(stored.positiveCounts()).hasSizeLessThanOrEqualTo(10);
        assertThat(Arrays.stream(stored.positiveCounts()).sum()).isEqualTo(99);
        assertThat(stored.count()).isEqualTo(100);
        assertThat(topology.counter("histograms.reduced")).isEqualTo(1);
        assertThat(topology.rejections()).isEmpty();
    }

    @Test
    void shouldRefuseAHistogramWhoseResolutionCannotBeLoweredAndKeepTheRest() {
        items(10, 100, 100);
        topology.send(with(
                topology.batch().series(UP).sample(topology.now, 1), histogram(NativeHistogram.CUSTOM_BUCKETS, 33)));

        assertThat(topology.samples()).containsExactly(CanonicalLabels.id(UP) + " " + topology.now + "=1.0");
        assertThat(topology.rejections())
                .singleElement()
                .satisfies(rejection -> assertThat(rejection.reason()).isEqualTo("millrace-max-histogram-buckets"));
    }

    @Test
    void shouldStoreExemplarsUpToTheLimitOfAMinuteAndSamplesInAnyCase() {
        items(160, 3, 100);
        // The allowance of the only partition that has series is its share: with three standard deviations all of it.
        ReceivedBatch batch = topology.batch();
        for (int i = 0; i < 5; i++) {
            withExemplar(batch.series(UP).sample(topology.now + i, i));
        }
        topology.send(batch);

        List<String> stored = topology.samples();
        assertThat(stored).hasSize(5);
        assertThat(stored.stream().filter(line -> line.contains("EXEMPLAR"))).hasSize(3);
        assertThat(topology.rejections()).singleElement().satisfies(rejection -> {
            assertThat(rejection.reason()).isEqualTo("millrace-max-exemplars");
            assertThat(rejection.samples()).isEqualTo(2);
        });
        topology.pass(Duration.ofSeconds(60));
        topology.send(withExemplar(topology.batch().series(UP)));
        assertThat(topology.rejections()).isEmpty();
    }

    @Test
    void shouldStoreMetadataOfSoManyFamiliesAndOfThoseAgain() {
        items(160, 100, 2);
        for (int round = 0; round < 2; round++) {
            ReceivedBatch batch = topology.batch();
            for (String family : List.of("a", "b", "c")) {
                batch.writer()
                        .metadata(MetricType.GAUGE, family.getBytes(StandardCharsets.UTF_8), new byte[0], new byte[0]);
            }
            topology.send(batch);
            assertThat(topology.samples()).containsExactly("metadata a  ", "metadata b  ");
            assertThat(topology.rejections()).singleElement().satisfies(rejection -> {
                assertThat(rejection.reason()).isEqualTo("millrace-max-metadata");
                assertThat(rejection.metric()).isEqualTo("c");
            });
        }
    }

    private NativeHistogram onlyHistogram() {
        SampleBatchReader reader = new SampleBatchReader();
        reader.wrap(topology.read("samples").get(0).value());
        assertThat(reader.nextEntry()).isEqualTo(SampleBatchReader.Entry.SERIES_BY_ID);
        assertThat(reader.nextItem()).isEqualTo(SampleBatchReader.Item.HISTOGRAM);
        return HistogramMessage.decode(reader.buffer(), reader.histogramOffset(), reader.histogramLength());
    }
}
