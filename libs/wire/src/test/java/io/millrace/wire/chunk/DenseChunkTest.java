package io.millrace.wire.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.SampleColumns;
import io.millrace.model.StaleMarker;
import io.millrace.wire.Damage;
import io.millrace.wire.MalformedException;
import java.util.HexFormat;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class DenseChunkTest {
    private static final long START = 1_700_000_000_000L;

    @Test
    void shouldKeepEveryBitOfAnyValue() {
        // given
        double[] values = {
            0.0,
            -0.0,
            1,
            Double.NaN,
            StaleMarker.VALUE,
            Double.longBitsToDouble(0xfff8_0000_dead_beefL),
            Double.POSITIVE_INFINITY,
            Double.NEGATIVE_INFINITY,
            Double.MIN_VALUE,
            -Double.MAX_VALUE,
            0.1 + 0.2,
            1e-300,
            9_007_199_254_740_993.0,
            1e22
        };

        // then
        for (int size = 1; size <= values.length; size++) {
            int count = size;
            assertReadsBack(columns(count, 15_000, i -> values[i]));
            assertReadsBack(columns(count, 15_000, i -> values[count - 1 - i]));
        }
    }

    @Test
    void shouldKeepDecimalsWithAStaleMarkerBetween() {
        assertReadsBack(columns(3_000, 15_000, i -> i % 100 == 17 ? StaleMarker.VALUE : Math.rint(i * 7.3) / 100));
        assertReadsBack(columns(40, 15_000, i -> i < 1 ? StaleMarker.VALUE : i / 10.0));
    }

    @Test
    void shouldBeSmallForWhatMachinesExpose() {
        assertThat(bits(columns(5_760, 15_000, i -> 42))).isLessThan(0.3);
        assertThat(bits(columns(5_760, 15_000, i -> 1e9 + 15.0 * i))).isLessThan(0.3);
        assertThat(bits(columns(5_760, 15_000, i -> Math.floor(1e9 + 15.4 * i))))
                .isLessThan(3);
        assertThat(bits(columns(5_760, 15_000, i -> 4096 * Math.floor(1000 + 100 * Math.sin(i / 50.0)))))
                .isLessThan(4);
        assertThat(bits(columns(5_760, 15_000, i -> i / 20 % 7))).isLessThan(2);
    }

    @Test
    void shouldStepOverWhatIsOutsideTheRange() {
        // given
        SampleColumns all = columns(5_000, 1_000, i -> i);
        byte[] chunk = DenseChunk.encode(all, 0, all.size());
        for (int[] range : new int[][] {{0, 4_999}, {1_023, 1_025}, {2_048, 2_048}, {-5, -1}, {5_000, 6_000}, {9, 3}}) {
            SampleColumns part = new SampleColumns();

            // when
            Chunks.decode(DenseChunk.ENCODING, chunk, START + 1_000L * range[0], START + 1_000L * range[1], part);

            // then
            int from = Math.max(0, range[0]);
            int size = Math.max(0, Math.min(4_999, range[1]) - from + 1);
            assertThat(part.size()).isEqualTo(size);
            for (int i = 0; i < size; i++) {
                assertThat(part.value(i)).isEqualTo(from + i);
            }
        }
    }

    @Test
    void shouldKeepStartTimestamps() {
        // given
        SampleColumns samples = new SampleColumns();
        for (int i = 0; i < 2_000; i++) {
            samples.add(START + i * 15_000L, i % 700);
            if (i >= 10) {
                samples.setStartTimestamp(START + i / 700 * 700 * 15_000L - 7);
            }
        }

        // when
        DenseChunk.Row row = DenseChunk.encodeRow(samples, 0, samples.size());
        SampleColumns read = new SampleColumns();
        Chunks.decode(row.encoding(), row.data(), Long.MIN_VALUE, Long.MAX_VALUE, read);

        // then
        assertThat(DenseChunk.is(row.encoding())).isTrue();
        assertThat(Chunks.isOfPrometheus(row.encoding())).isFalse();
        assertSame(samples, read);
    }

    /** If this fails, the bytes in stores can no longer be read: it needs a new version, not a new golden text. */
    @Test
    void shouldWriteTheBytesOfTheDescription() {
        SampleColumns samples = columns(6, 15_000, i -> i == 4 ? StaleMarker.VALUE : 20.5 + i * i / 2.0);
        assertThat(HexFormat.of().formatHex(DenseChunk.encode(samples, 0, 6))).isEqualTo(GOLDEN);
    }

    private static final String GOLDEN =
            "010680a0abfef962f8c904222413a97dd4bf97e3f6a5ff24f7c17801011ffc0000000000008c44201a4009129c00";

    @Test
    void shouldRefuseOtherVersions() {
        byte[] chunk = DenseChunk.encode(columns(5, 1, i -> i), 0, 5);
        chunk[0] = 2;
        assertThatThrownBy(() -> DenseChunk.decode(chunk, 0, Long.MAX_VALUE, new SampleColumns()))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("version 2");
    }

    @Property(tries = 500)
    void shouldReadBackAnything(@ForAll long seed) {
        // given
        Random random = new Random(seed);
        int size = 1 + random.nextInt(random.nextInt(4) == 0 ? 5_000 : 300);
        SampleColumns samples = new SampleColumns();
        boolean wild = random.nextInt(4) == 0;
        long timestamp = wild ? random.nextLong() / 4 : START;
        int kind = random.nextInt(7);
        int scale = random.nextInt(18);
        double value = 0;
        for (int i = 0; i < size; i++) {
            timestamp += wild ? 1 + random.nextInt(Integer.MAX_VALUE) : 15_000 + random.nextInt(20) / 18;
            value = next(random, kind, scale, value);
            samples.add(timestamp, random.nextInt(200) == 0 ? StaleMarker.VALUE : value);
        }

        // then
        assertReadsBack(samples);
    }

    private static double next(Random random, int kind, int scale, double before) {
        return switch (kind) {
            case 0 -> Double.longBitsToDouble(random.nextLong());
            case 1 -> Math.rint(random.nextGaussian() * 1e4) / Math.pow(10, scale);
            case 2 -> before + random.nextInt(1 + scale);
            case 3 -> random.nextInt(10) == 0 ? random.nextInt(100) : before;
            case 4 -> random.nextGaussian();
            case 5 -> before + random.nextDouble();
            default -> -random.nextInt(1 << scale) * 4096.0;
        };
    }

    @Property(tries = 500)
    void shouldThrowNothingElseWhenDamaged(@ForAll long seed) {
        Random random = new Random(seed);
        SampleColumns samples =
                columns(1 + random.nextInt(200), 15_000, i -> next(random, random.nextInt(7), random.nextInt(18), i));
        byte[] chunk = DenseChunk.encode(samples, 0, samples.size());
        Damage.assertCopes(
                chunk, seed, bytes -> DenseChunk.decode(bytes, Long.MIN_VALUE, Long.MAX_VALUE, new SampleColumns()));
    }

    private static SampleColumns columns(int size, long intervalMs, IntToDoubleFunction values) {
        SampleColumns columns = new SampleColumns();
        for (int i = 0; i < size; i++) {
            columns.add(START + i * intervalMs, values.applyAsDouble(i));
        }
        return columns;
    }

    private static double bits(SampleColumns samples) {
        return 8.0 * DenseChunk.encode(samples, 0, samples.size()).length / samples.size();
    }

    private static void assertReadsBack(SampleColumns samples) {
        SampleColumns read = new SampleColumns();
        Chunks.decode(
                DenseChunk.ENCODING,
                DenseChunk.encode(samples, 0, samples.size()),
                Long.MIN_VALUE,
                Long.MAX_VALUE,
                read);
        assertSame(samples, read);
    }

    private static void assertSame(SampleColumns expected, SampleColumns actual) {
        assertThat(actual.size()).isEqualTo(expected.size());
        for (int i = 0; i < expected.size(); i++) {
            assertThat(actual.timestamp(i)).isEqualTo(expected.timestamp(i));
            assertThat(Double.doubleToRawLongBits(actual.value(i)))
                    .isEqualTo(Double.doubleToRawLongBits(expected.value(i)));
            assertThat(actual.startTimestamp(i)).isEqualTo(expected.startTimestamp(i));
        }
    }
}
