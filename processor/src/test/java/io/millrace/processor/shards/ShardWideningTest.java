package io.millrace.processor.shards;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.model.TenantId;
import io.millrace.wire.Shard;
import io.millrace.wire.record.KnownSeries;
import io.millrace.wire.record.ShardRecord;
import io.millrace.wire.record.ShardRecord.Passed;
import io.millrace.wire.record.ShardRecord.Phase;
import io.millrace.wire.record.ShardRecord.State;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ShardWideningTest {
    private static final TenantId DEMO = new TenantId("demo");
    private static final int PARTITIONS = 8;
    private static final long BEGIN = 1_700_000_000_000L;
    private static final WideningRules RULES =
            new WideningRules(100, 1_000, Duration.ofSeconds(10), Duration.ofSeconds(3), Duration.ofMinutes(5));

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final ShardMetrics metrics = new ShardMetrics(meters);
    private final LocalShards shards = new LocalShards(PARTITIONS);
    private final RecordedShards said = new RecordedShards();
    private ShardWidening widening = owner();
    private long now = BEGIN;
    private long samples;
    private long active;
    private boolean behind;

    private ShardWidening owner() {
        return new ShardWidening(PARTITIONS, RULES, metrics);
    }

    private void seconds(int number, int samplesPerSecond) {
        for (int i = 0; i < number; i++) {
            now += 1000;
            samples += samplesPerSecond;
            widening.step(shards.of(DEMO), samples, active, behind, now, said);
        }
    }

    private void steady(int width) {
        shards.apply(new State(DEMO, 0, Phase.STEADY, width, 0, BEGIN - 600_000));
    }

    /** What was said becomes visible. */
    private void commit() {
        said.records.forEach(shards::apply);
        said.records.clear();
    }

    private State last() {
        return (State) said.records.get(said.records.size() - 1);
    }

    private void pass(int partition, long epoch) {
        shards.apply(new Passed(DEMO, partition, epoch, now, 1, new KnownSeries.Builder(1).build()));
    }

    @Test
    void shouldCloseAShardThatGetsMuchOverAWholeWindow() {
        steady(2);

        seconds(11, 99);
        assertThat(said.records).isEmpty();
        seconds(10, 101);

        assertThat(said.records).containsExactly(new State(DEMO, 1, Phase.CLOSING, 2, 4, now));
        assertThat(said.marks).isEmpty();
    }

    @Test
    void shouldCloseAShardWithManySeries() {
        steady(4);
        active = 1_001;

        seconds(11, 0);

        assertThat(said.records).containsExactly(new State(DEMO, 1, Phase.CLOSING, 4, 8, now));
    }

    @Test
    void shouldLeaveAShardAloneThatIsWideAlreadyOrBehindOrWasWidenedLately() {
        seconds(30, 1000);
        steady(8);
        seconds(30, 1000);
        steady(2);
        behind = true;
        seconds(30, 1000);
        behind = false;
        shards.apply(new State(DEMO, 0, Phase.STEADY, 2, 0, now));
        seconds(299, 1000);

        assertThat(said.records).isEmpty();
    }

    @Test
    void shouldGiveGatewaysTimeThenSendMarksThenWaitUntilAllHavePassed() {
        steady(2);
        seconds(11, 200);
        commit();

        // while gateways may not have heard
        seconds(3, 0);
        assertThat(said.records).isEmpty();
        assertThat(said.marks).isEmpty();

        // then marks, and with them that they are on their way
        seconds(1, 0);
        int[] old = Shard.of(DEMO, 2, PARTITIONS).partitions();
        assertThat(said.marks).containsExactly(old[0], old[1]);
        assertThat(said.records).containsExactly(new State(DEMO, 1, Phase.PASSING, 2, 4, now));
        commit();

        // until both have passed
        pass(old[0], 1);
        seconds(5, 0);
        assertThat(said.records).isEmpty();
        assertThat(meters.get("millrace.processor.shard.closed.seconds").gauge().value())
                .isEqualTo(9);
        pass(old[1], 1);
        seconds(1, 0);
        assertThat(said.records).containsExactly(new State(DEMO, 1, Phase.STEADY, 4, 0, now));
        commit();
        seconds(20, 1000);
        assertThat(said.records).isEmpty();
        assertThat(meters.get("millrace.processor.shard.widening").timer().count())
                .isEqualTo(1);
        assertThat(meters.get("millrace.processor.shard.widening").timer().totalTime(TimeUnit.SECONDS))
                .isEqualTo(11);
        assertThat(meters.get("millrace.processor.shard.partitions").gauge().value())
                .isEqualTo(4);
        assertThat(meters.get("millrace.processor.shard.closed.seconds").gauge().value())
                .isZero();
    }

    @Test
    void shouldNotTakeMarksOfOtherEpochsForThoseItWaitsFor() {
        int[] old = Shard.of(DEMO, 2, PARTITIONS).partitions();
        pass(old[0], 4);
        pass(old[1], 6);
        shards.apply(new State(DEMO, 5, Phase.PASSING, 2, 4, now));

        seconds(5, 0);

        assertThat(said.records).isEmpty();
    }

    @Test
    void shouldRepeatAStepWhoseTransactionWasAborted() {
        steady(2);
        seconds(11, 200);
        State closing = last();

        // when it does not show, and there is still much
        seconds(5, 200);
        assertThat(said.records).containsExactly(closing);
        seconds(5, 200);

        // then it says the same again, with the time of now
        assertThat(said.records).containsExactly(closing, new State(DEMO, 1, Phase.CLOSING, 2, 4, now));
    }

    @Test
    void shouldGoOnWhereTheOwnerBeforeWas() {
        steady(2);
        seconds(11, 200);
        commit();
        seconds(2, 0);

        // when another owner finds it closing, it gives gateways all the time again
        widening = owner();
        seconds(3, 0);
        assertThat(said.marks).isEmpty();
        seconds(1, 0);
        assertThat(last().phase()).isEqualTo(Phase.PASSING);
        commit();

        // and another one finds it passing
        widening = owner();
        for (int partition : Shard.of(DEMO, 2, PARTITIONS).partitions()) {
            pass(partition, 1);
        }
        seconds(1, 0);
        assertThat(last()).isEqualTo(new State(DEMO, 1, Phase.STEADY, 4, 0, now));
    }

    @Test
    void shouldComeToTheSameEndWhenANewOwnerRepeatsAStepBecauseItSeesAnOldState() {
        steady(2);
        seconds(11, 200);
        commit();
        ShardRecord closing = shards.of(DEMO).state();
        seconds(4, 0);
        commit();
        int[] old = Shard.of(DEMO, 2, PARTITIONS).partitions();
        pass(old[0], 1);
        pass(old[1], 1);
        seconds(1, 0);
        commit();
        assertThat(shards.of(DEMO).shard().width()).isEqualTo(4);

        // when an owner that still sees it closing comes to its turn
        shards.apply(closing);
        widening = owner();
        seconds(5, 0);
        commit();
        seconds(1, 0);
        commit();

        // then all have passed already, and the shard is what it was
        assertThat(said.marks).hasSize(2);
        assertThat(shards.of(DEMO).state().phase()).isEqualTo(Phase.STEADY);
        assertThat(shards.of(DEMO).epoch()).isEqualTo(1);
        assertThat(shards.of(DEMO).shard().width()).isEqualTo(4);
    }

    @Test
    void shouldSendMarksAgainToPartitionsThatDoNotPassThem() {
        int[] old = Shard.of(DEMO, 2, PARTITIONS).partitions();
        shards.apply(new State(DEMO, 1, Phase.PASSING, 2, 4, now));
        pass(old[0], 1);

        seconds(30, 0);
        assertThat(said.marks).isEmpty();
        seconds(2, 0);

        assertThat(said.marks).containsExactly(old[1]);
    }
}
