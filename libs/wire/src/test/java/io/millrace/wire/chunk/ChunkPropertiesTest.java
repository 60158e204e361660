package io.millrace.wire.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.NativeHistogram;
import io.millrace.model.SampleColumns;
import io.millrace.wire.Damage;
import io.millrace.wire.record.HistogramMessage;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class ChunkPropertiesTest {
    @Property
    void shouldReadBackFloats(@ForAll long seed) {
        // given
        Random random = new Random(seed);
        XorChunk chunk = new XorChunk();
        SampleColumns expected = new SampleColumns();
        boolean starts = random.nextBoolean();
        boolean wild = random.nextInt(4) == 0;
        long timestamp = wild ? random.nextLong() : 1_700_000_000_000L;
        long value = random.nextLong();
        long start = 0;
        int samples = random.nextInt(200);
        for (int i = 0; i < samples; i++) {
            timestamp += wild ? random.nextLong() >> random.nextInt(64) : 15_000 + random.nextInt(20);
            value = nextValue(random, value);
            if (starts && random.nextInt(10) == 0) {
                start = random.nextInt(3) == 0 ? 0 : timestamp - random.nextInt();
            }
            chunk.append(timestamp, start, value);
            expected.add(timestamp, Double.longBitsToDouble(value));
            expected.setStartTimestamp(start);
        }

        // then
        assertSame(expected, decodeRow(chunk));
        SampleColumns plain = new SampleColumns();
        Chunks.decode(chunk.encoding(), chunk.bytes(), Long.MIN_VALUE, Long.MAX_VALUE, plain);
        assertThat(plain.size()).isEqualTo(samples);
        assertThat(chunk.samples()).isEqualTo(samples);
        assertThat(Chunks.bytes(chunk.rowEncoding(), chunk.rowData())).isEqualTo(chunk.bytes());
        assertThat(Chunks.encoding(chunk.rowEncoding())).isEqualTo(ChunkEncoding.XOR);
    }

    private static long nextValue(Random random, long value) {
        return switch (random.nextInt(5)) {
            case 0 -> random.nextLong();
            case 1 -> value;
            case 2 -> Double.doubleToRawLongBits(random.nextInt(100));
            case 3 -> value ^ (random.nextLong() >>> random.nextInt(64)) << random.nextInt(64);
            default -> Double.doubleToRawLongBits(random.nextInt(100) / 10.0);
        };
    }

    @Property
    void shouldReturnTheSamePartOfARowWithAndWithoutStarts(@ForAll long seed) {
        // given
        Random random = new Random(seed);
        XorChunk with = new XorChunk();
        XorChunk without = new XorChunk();
        for (int i = 0; i < 50; i++) {
            with.append(i * 10L, i - 60, i);
            without.append(i * 10L, i);
        }
        long from = random.nextInt(600) - 50;
        long to = random.nextInt(600) - 50;
        SampleColumns part = new SampleColumns();
        SampleColumns partWithout = new SampleColumns();

        // when
        Chunks.decode(with.rowEncoding(), with.rowData(), from, to, part);
        Chunks.decode(without.rowEncoding(), without.rowData(), from, to, partWithout);

        // then
        assertThat(part.size()).isEqualTo(partWithout.size());
        for (int i = 0; i < part.size(); i++) {
            assertThat(part.timestamp(i)).isEqualTo(partWithout.timestamp(i)).isBetween(from, to);
            assertThat(part.startTimestamp(i)).isEqualTo(part.timestamp(i) / 10 - 60);
        }
    }

    @Property
    void shouldReadBackHistograms(@ForAll long seed, @ForAll boolean integer) {
        // given
        Random random = new Random(seed);
        RandomHistograms histograms = new RandomHistograms(random, integer);
        SampleColumns expected = new SampleColumns();
        ChunkWriter chunk = integer ? new HistogramChunk() : new FloatHistogramChunk();
        long timestamp = random.nextLong() >> random.nextInt(64);
        int samples = 1 + random.nextInt(60);
        for (int i = 0; i < samples; i++) {
            NativeHistogram histogram = histograms.next();
            timestamp += random.nextInt(20_000);
            long start = random.nextInt(3) == 0 ? timestamp - 5 : 0;
            if (!append(chunk, timestamp, start, histogram)) {
                assertSame(expected, decodeRow(chunk));
                chunk = integer ? new HistogramChunk() : new FloatHistogramChunk();
                expected.clear();
                assertThat(append(chunk, timestamp, start, histogram)).isTrue();
            }
            expected.add(timestamp, GoldenChunkTest.expected(histogram, expected.size()));
            expected.setStartTimestamp(start);
        }

        // then
        assertSame(expected, decodeRow(chunk));
        assertThat(chunk.firstTimestampMs()).isEqualTo(expected.timestamp(0));
        assertThat(chunk.lastTimestampMs()).isEqualTo(timestamp);
    }

    @Property
    void shouldReadBackHistogramMessages(@ForAll long seed, @ForAll boolean integer) {
        RandomHistograms histograms = new RandomHistograms(new Random(seed), integer);
        for (int i = 0; i < 5; i++) {
            NativeHistogram histogram = histograms.next();
            byte[] message = HistogramMessage.encode(histogram);
            assertThat(HistogramMessage.decode(message, 0, message.length)).isEqualTo(histogram);
            Damage.assertCopes(message, seed + i, damaged -> HistogramMessage.decode(damaged, 0, damaged.length));
        }
    }

    @Property(tries = 3000)
    void shouldCopeWithDamage(@ForAll long seed) {
        Random random = new Random(seed);
        ChunkWriter chunk = switch (random.nextInt(3)) {
            case 0 -> new XorChunk();
            case 1 -> new HistogramChunk();
            default -> new FloatHistogramChunk();
        };
        RandomHistograms histograms = new RandomHistograms(random, chunk instanceof HistogramChunk);
        long start = random.nextBoolean() ? 0 : random.nextInt(100);
        int samples = random.nextInt(40);
        for (int i = 0; i < samples; i++) {
            if (chunk instanceof XorChunk xor) {
                xor.append(i * 1000L, start, nextValue(random, i));
            } else {
                append(chunk, i * 1000L, start, histograms.next());
            }
        }
        byte encoding = chunk.rowEncoding();
        Damage.assertCopes(chunk.rowData(), seed, damaged -> assertBounded(encoding, damaged));
        // and as a chunk of another kind
        byte other = (byte) (1 + random.nextInt(3) | (random.nextBoolean() ? 0 : Chunks.WITH_START_TIMESTAMPS));
        Damage.assertCopes(chunk.rowData(), seed, damaged -> assertBounded(other, damaged));
        Damage.assertCopes(chunk.bytes(), seed, XorChunk::reopen);
    }

    /** No damage makes more of a chunk than there are bits in it. */
    private static void assertBounded(byte encoding, byte[] data) {
        SampleColumns out = new SampleColumns();
        try {
            Chunks.decode(encoding, data, Long.MIN_VALUE, Long.MAX_VALUE, out);
        } finally {
            long numbers = 0;
            for (int i = 0; i < out.size(); i++) {
                NativeHistogram histogram = out.histogram(i);
                numbers += histogram == null
                        ? 1
                        : 1 + histogram.positiveCounts().length + histogram.negativeCounts().length;
            }
            assertThat(numbers).isLessThanOrEqualTo(8L * data.length);
        }
    }

    private static boolean append(ChunkWriter chunk, long timestamp, long start, NativeHistogram histogram) {
        return chunk instanceof HistogramChunk integers
                ? integers.append(timestamp, start, histogram)
                : ((FloatHistogramChunk) chunk).append(timestamp, start, histogram);
    }

    private static SampleColumns decodeRow(ChunkWriter chunk) {
        SampleColumns out = new SampleColumns();
        Chunks.decode(chunk.rowEncoding(), chunk.rowData(), Long.MIN_VALUE, Long.MAX_VALUE, out);
        return out;
    }

    private static void assertSame(SampleColumns expected, SampleColumns actual) {
        assertThat(actual.size()).isEqualTo(expected.size());
        for (int i = 0; i < expected.size(); i++) {
            assertThat(actual.timestamp(i)).isEqualTo(expected.timestamp(i));
            assertThat(actual.histogram(i)).isEqualTo(expected.histogram(i));
            assertThat(Double.doubleToRawLongBits(actual.value(i)))
                    .isEqualTo(Double.doubleToRawLongBits(expected.value(i)));
            assertThat(actual.startTimestamp(i)).isEqualTo(expected.startTimestamp(i));
        }
    }
}
