package io.millrace.wire.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.WindowAggregates;
import io.millrace.wire.Damage;
import io.millrace.wire.MalformedException;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class AggregateChunkTest {
    private static final long LENGTH = 300_000;
    private static final long START = 1_700_006_400_000L;

    @Test
    void shouldGiveBackEveryAggregate() {
        for (int kind = 0; kind < 5; kind++) {
            WindowAggregates aggregates = aggregates(kind, new Random(kind));
            WindowAggregates decoded = decode(AggregateChunk.encode(aggregates), Long.MIN_VALUE, Long.MAX_VALUE);
            assertThat(decoded.size()).isEqualTo(aggregates.size());
            for (int i = 0; i < decoded.size(); i++) {
                assertEqual(decoded, i, aggregates, i);
            }
        }
    }

    @Test
    void shouldGiveTheWindowsOfARange() {
        // given
        WindowAggregates aggregates = aggregates(2, new Random(1));
        byte[] data = AggregateChunk.encode(aggregates);

        // when
        WindowAggregates some = decode(data, aggregates.end(10), aggregates.end(19));

        // then
        assertThat(some.size()).isEqualTo(10);
        assertEqual(some, 0, aggregates, 10);
        assertEqual(some, 9, aggregates, 19);
        assertThat(decode(data, 0, START - 1).size()).isZero();
    }

    @Test
    void shouldJoinTwoDaysInTheWindowThatBothHaveAPartOf() {
        // given: a sample at midnight to the ms is of the window before
        WindowAggregates before = new WindowAggregates(LENGTH);
        before.add(START - 1_000, 1);
        WindowAggregates after = new WindowAggregates(LENGTH);
        after.add(START, 2);
        after.add(START + 1, 3);
        WindowAggregates out = new WindowAggregates(LENGTH);

        // when
        AggregateChunk.decode(AggregateChunk.encode(before), 0, Long.MAX_VALUE, out);
        AggregateChunk.decode(AggregateChunk.encode(after), 0, Long.MAX_VALUE, out);

        // then
        assertThat(out.size()).isEqualTo(2);
        assertThat(out.count(0)).isEqualTo(2);
        assertThat(out.last(0)).isEqualTo(2);
        assertThat(out.end(0)).isEqualTo(START);
    }

    @Test
    void shouldBeSmallWhereTheSeriesIs() {
        assertThat(AggregateChunk.encode(aggregates(0, new Random(1))).length).isLessThan(200);
        assertThat(AggregateChunk.encode(aggregates(1, new Random(1))).length).isLessThan(288 * 8);
    }

    @Test
    void shouldRefuseWindowsOfAnotherLength() {
        byte[] data = AggregateChunk.encode(aggregates(0, new Random(1)));
        assertThatThrownBy(() -> AggregateChunk.decode(data, 0, Long.MAX_VALUE, new WindowAggregates(3_600_000)))
                .isInstanceOf(MalformedException.class)
                .hasMessage("aggregates of 300000 ms, asked for those of 3600000");
    }

    @Property(tries = 500)
    void shouldRefuseOrReadDamagedBytes(@ForAll long seed) {
        byte[] chunk = AggregateChunk.encode(aggregates((int) Math.floorMod(seed, 5), new Random(seed)));
        Damage.assertCopes(chunk, seed, bytes -> decode(bytes, Long.MIN_VALUE, Long.MAX_VALUE));
    }

    /** A day of: nothing changes, a counter, noise, a counter with resets, odd numbers. */
    private static WindowAggregates aggregates(int kind, Random random) {
        WindowAggregates aggregates = new WindowAggregates(LENGTH);
        double counter = 1e6;
        for (int i = 1; i <= 5_760; i++) {
            counter += random.nextInt(20);
            double value = switch (kind) {
                case 0 -> 42;
                case 1 -> counter;
                case 2 -> random.nextGaussian();
                case 3 -> counter % 5_000;
                default -> random.nextInt(3) == 0 ? Double.NaN : random.nextInt(3) / 0.0;
            };
            aggregates.add(START + i * 15_000L, value);
        }
        return aggregates;
    }

    private static WindowAggregates decode(byte[] data, long from, long to) {
        WindowAggregates decoded = new WindowAggregates(LENGTH);
        AggregateChunk.decode(data, from, to, decoded);
        return decoded;
    }

    private static void assertEqual(WindowAggregates one, int i, WindowAggregates two, int j) {
        assertThat(one.end(i)).isEqualTo(two.end(j));
        assertThat(one.count(i)).isEqualTo(two.count(j));
        assertThat((Double) one.sum(i)).isEqualTo((Double) two.sum(j));
        assertThat((Double) one.min(i)).isEqualTo((Double) two.min(j));
        assertThat((Double) one.max(i)).isEqualTo((Double) two.max(j));
        assertThat((Double) one.first(i)).isEqualTo((Double) two.first(j));
        assertThat((Double) one.last(i)).isEqualTo((Double) two.last(j));
        assertThat(one.firstTime(i)).isEqualTo(two.firstTime(j));
        assertThat(one.lastTime(i)).isEqualTo(two.lastTime(j));
        assertThat((Double) one.resets(i)).isEqualTo((Double) two.resets(j));
    }
}
