package io.millrace.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.Labels;
import io.millrace.model.TenantId;
import io.millrace.model.TenantLimits;
import io.millrace.processor.shards.ShardUnavailableException;
import io.millrace.runtime.policy.TenantPolicy;
import io.millrace.wire.Shard;
import io.millrace.wire.labels.CanonicalLabels;
import io.millrace.wire.record.KnownSeries;
import io.millrace.wire.record.ShardHeaders;
import io.millrace.wire.record.ShardRecord;
import io.millrace.wire.record.ShardRecord.Passed;
import io.millrace.wire.record.ShardRecord.Phase;
import io.millrace.wire.record.ShardRecord.State;
import io.millrace.wire.record.UsageRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Shards through the whole topology. The driver runs one task, that of partition 0; it is the first one of {@code demo}. */
class ShardsTopologyTest {
    private static final TenantId DEMO = new TenantId("demo");
    private static final int[] ORDER =
            Shard.of(DEMO, 2, DrivenTopology.PARTITIONS).partitions();

    @TempDir
    private Path folder;

    private DrivenTopology topology;

    @BeforeEach
    void start() {
        topology = new DrivenTopology(folder);
        assertThat(ORDER[0]).isZero();
    }

    @AfterEach
    void stop() {
        topology.close();
    }

    private static Labels series(int number) {
        return Labels.of("__name__", "up", "number", Integer.toString(number));
    }

    private void limit(long activeSeries) {
        topology.policy = new TenantPolicy(TenantLimits.DEFAULT.withSeries(activeSeries, 1_000_000, 1_000_000));
    }

    private ReceivedBatch batch(int from, int to) {
        ReceivedBatch batch = topology.batch();
        for (int number = from; number < to; number++) {
            batch.series(series(number)).sample(topology.now, 1);
        }
        return batch;
    }

    private List<ShardRecord> said() {
        return topology.read("shards").stream()
                .filter(record -> record.value() != null)
                .map(record -> ShardRecord.decode(ShardRecord.Key.decode(record.key()), record.value()))
                .toList();
    }

    /** What was said becomes visible. */
    private void commit() {
        said().forEach(topology.shards::apply);
    }

    private static Passed passed(int partition, long atMs, int from, int to) {
        KnownSeries.Builder known = new KnownSeries.Builder(to - from);
        for (int number = from; number < to; number++) {
            var id = CanonicalLabels.id(series(number));
            known.add(id.high(), id.low());
        }
        return new Passed(DEMO, partition, 1, atMs, to - from, known.build());
    }

    /** The shard has one partition, this one. */
    private void narrow() {
        topology.shards.apply(new State(DEMO, 0, Phase.STEADY, 1, 0, topology.now));
    }

    /** The shard was widened from the partition given to two; this is its change to epoch 1. */
    private void widened(int oldPartition, int from, int to) {
        topology.shards.apply(passed(oldPartition, topology.now, from, to));
        topology.shards.apply(new State(DEMO, 1, Phase.STEADY, 2, 0, topology.now));
    }

    @ParameterizedTest
    @CsvSource({"10, CLOSING", "40, STEADY"})
    void shouldWidenAShardThatHasFallenBehindALittleOnly(int secondsBehind, Phase phase) {
        topology.shards.apply(new State(DEMO, 0, Phase.STEADY, 1, 0, topology.now - 600_000));
        topology.send(batch(0, 20));
        topology.pass(Duration.ofSeconds(1));

        ReceivedBatch old = new ReceivedBatch(topology.now - secondsBehind * 1000L);
        for (int number = 0; number < 20; number++) {
            old.series(series(number)).sample(topology.now, 1);
        }
        topology.send(old);
        topology.pass(Duration.ofSeconds(1));

        commit();
        assertThat(topology.shards.of(DEMO).phase()).isEqualTo(phase);
    }

    @Test
    void shouldWidenAShardThatGetsMuch() {
        topology.shards.apply(new State(DEMO, 0, Phase.STEADY, 1, 0, topology.now - 600_000));
        topology.send(batch(0, 20));
        topology.pass(Duration.ofSeconds(1));

        // when there is much for a second
        topology.send(batch(0, 20));
        topology.pass(Duration.ofSeconds(1));

        // then it is closed, and after some seconds the mark comes back through the topic received
        assertThat(topology.shards.of(DEMO).isClosed()).isFalse();
        commit();
        assertThat(topology.shards.of(DEMO).phase()).isEqualTo(Phase.CLOSING);
        topology.read("samples");
        topology.pass(Duration.ofSeconds(1));
        topology.pass(Duration.ofSeconds(3));
        List<ShardRecord> said = said();
        assertThat(said)
                .satisfiesExactlyInAnyOrder(
                        state -> assertThat(state)
                                .isInstanceOfSatisfying(
                                        State.class,
                                        passing -> assertThat(passing.phase()).isEqualTo(Phase.PASSING)),
                        mark -> assertThat(mark).isInstanceOfSatisfying(Passed.class, passed -> {
                            assertThat(passed.partition()).isZero();
                            assertThat(passed.epoch()).isEqualTo(1);
                            assertThat(passed.activeSeries()).isEqualTo(20);
                            var id = CanonicalLabels.id(series(19));
                            assertThat(passed.known().mayContain(id.high(), id.low()))
                                    .isTrue();
                        }));
        assertThat(topology.read("samples")).isEmpty();
        said.forEach(topology.shards::apply);

        // and then it is wider
        topology.pass(Duration.ofSeconds(1));
        assertThat(said()).singleElement().isInstanceOfSatisfying(State.class, steady -> {
            assertThat(steady.phase()).isEqualTo(Phase.STEADY);
            assertThat(steady.width()).isEqualTo(2);
            assertThat(steady.epoch()).isEqualTo(1);
        });
    }

    @Test
    void shouldPassAMarkOnce() {
        topology.shards.apply(new State(DEMO, 1, Phase.PASSING, 2, 4, topology.now));
        topology.send(topology.batch(), ShardHeaders.PASSING, 1);
        commit();
        assertThat(topology.shards.of(DEMO).passed()).containsOnlyKeys(0);

        topology.send(topology.batch(), ShardHeaders.PASSING, 1);

        assertThat(said()).isEmpty();
    }

    @Test
    void shouldTakeBackWhatAMarkCarriedWhenItIsOfNoMoreUse() {
        widened(0, 0, 10);
        topology.send(batch(0, 1));
        topology.pass(Duration.ofMinutes(10));
        assertThat(topology.read("shards")).isEmpty();

        topology.pass(Duration.ofMinutes(1));

        assertThat(topology.read("shards")).singleElement().satisfies(record -> {
            assertThat(record.value()).isNull();
            assertThat(ShardRecord.Key.decode(record.key())).isEqualTo(new ShardRecord.Key(DEMO, 0));
        });
    }

    @Test
    void shouldPassMovedSeriesAtTheLimitAndRefuseNewOnes() {
        // given a tenant at its limit, and this partition is new in its shard
        limit(100);
        widened(ORDER[1], 0, 100);

        topology.send(batch(40, 120), ShardHeaders.EPOCH, 1);

        // then what was known passes, and what was not does not (one in a hundred seems to be known)
        assertThat(topology.samples()).hasSizeBetween(60, 63);
        assertThat(topology.rejections()).singleElement().satisfies(rejection -> {
            assertThat(rejection.reason()).isEqualTo("millrace-max-active-series");
            assertThat(rejection.message()).isEqualTo("the instance has 100 active series, its limit is 100");
        });
        topology.pass(Duration.ofSeconds(1));
        // and neither are moved series counted as created, nor are gateways told that all others are to be refused
        assertThat(topology.read("usage").stream()
                        .map(record -> UsageRecord.decode(record.key(), record.value()))
                        .reduce((first, second) -> second)
                        .orElseThrow()
                        .createdSeries())
                .isZero();
        assertThat(topology.read("admission"))
                .allSatisfy(record -> assertThat(record.value()).isNull());
    }

    @Test
    void shouldCountAMovedSeriesAsNewThatComesAfterTheGrace() {
        limit(100);
        widened(ORDER[1], 0, 100);
        topology.pass(Duration.ofMinutes(10));

        topology.send(batch(0, 100), ShardHeaders.EPOCH, 1);
        topology.pass(Duration.ofSeconds(1));

        assertThat(topology.samples()).hasSizeBetween(50, 72);
        assertThat(topology.rejections()).hasSize(1);
    }

    @Test
    void shouldTakeItsShareOfTheRoomThatThereWasWhenTheShardWasWidened() {
        // given 100 of 200, half of them here and about to leave
        limit(200);
        narrow();
        topology.send(batch(0, 100));
        widened(0, 0, 100);
        topology.samples();

        // when far more come than there is room for, over some time
        for (int i = 0; i < 10; i++) {
            topology.pass(Duration.ofSeconds(5));
            topology.send(batch(100 + 100 * i, 200 + 100 * i), ShardHeaders.EPOCH, 1);
        }

        // then it takes the half of it once, and three standard deviations, and what by chance seems to be known
        assertThat(topology.samples()).hasSizeBetween(72, 72 + 40);
    }

    @Test
    void shouldEndTheActivityOfSeriesThatHaveMovedAndKeepTheOthers() {
        limit(100);
        narrow();
        topology.send(batch(0, 100));
        widened(0, 0, 100);
        for (int minute = 0; minute < 3; minute++) {
            topology.pass(Duration.ofMinutes(1));
            topology.send(batch(0, 50), ShardHeaders.EPOCH, 1);
        }
        topology.read("usage");

        topology.pass(Duration.ofSeconds(1));
        topology.pass(Duration.ofSeconds(1));

        UsageRecord usage = topology.read("usage").stream()
                .map(record -> UsageRecord.decode(record.key(), record.value()))
                .reduce((first, second) -> second)
                .orElseThrow();
        assertThat(usage.activeSeries()).isEqualTo(50);
        assertThat(usage.createdSeries()).isEqualTo(100);
        assertThat(topology.rejections()).isEmpty();
    }

    @Test
    void shouldNotProcessABatchOfAShardThatIsNotKnown() {
        narrow();

        assertThatThrownBy(() -> topology.send(batch(0, 1), ShardHeaders.EPOCH, 1))
                .hasRootCauseInstanceOf(ShardUnavailableException.class);
    }
}
