package io.millrace.wire.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.SampleColumns;
import io.millrace.model.StaleMarker;
import io.millrace.wire.MalformedException;
import java.util.Random;
import org.junit.jupiter.api.Test;

class XorChunkTest {
    private static final long START = 1_700_000_000_000L;

    @Test
    void shouldReadBackEveryClassOfTimestampChange() {
        // given each bound of each class, and one beyond it
        XorChunk chunk = new XorChunk();
        SampleColumns expected = new SampleColumns();
        long timestamp = START;
        long delta = 10_000_000_000L;
        long[] changes = {
            0, 1, -1, 8192, 8193, -8191, -8192, 65536, 65537, -65535, -65536, 524288, 524289, -524287, -524288, 1L << 40
        };
        append(chunk, expected, timestamp, 1);
        for (long change : changes) {
            delta += change;
            timestamp += delta;
            append(chunk, expected, timestamp, 1);
        }

        // then
        assertReadsBack(chunk, expected);
    }

    @Test
    void shouldReadBackValuesOfEveryWidth() {
        // given
        XorChunk chunk = new XorChunk();
        SampleColumns expected = new SampleColumns();
        long timestamp = START;
        for (int leading = 0; leading < 64; leading++) {
            for (int trailing = 0; trailing + leading < 64; trailing++) {
                long bits = (-1L >>> leading) >>> trailing << trailing;
                append(chunk, expected, timestamp += 15_000, bits);
                append(chunk, expected, timestamp += 15_000, bits);
                append(chunk, expected, timestamp += 15_000, 0);
            }
        }

        // then
        assertReadsBack(chunk, expected);
    }

    @Test
    void shouldKeepNaNPayloads() {
        // given
        XorChunk chunk = new XorChunk();
        SampleColumns expected = new SampleColumns();
        long[] bits = {StaleMarker.BITS, 0x7ff8000000000001L, 0x7ff0000000000001L, -1L, 0x8000000000000000L, 0};
        for (int i = 0; i < bits.length; i++) {
            append(chunk, expected, START + i, bits[i]);
        }

        // then
        assertReadsBack(chunk, expected);
    }

    @Test
    void shouldGoOnAfterBytesAndAfterReopening() {
        // given
        Random random = new Random(1);
        XorChunk chunk = new XorChunk();
        SampleColumns expected = new SampleColumns();
        XorChunk reopened = null;
        for (int i = 0; i < 300; i++) {
            long timestamp = START + 15_000L * i + random.nextInt(20);
            long value = Double.doubleToRawLongBits(random.nextInt(3) == 0 ? random.nextDouble() : i);
            append(chunk, expected, timestamp, value);
            if (reopened != null) {
                reopened.append(timestamp, value);
                assertThat(reopened.bytes()).isEqualTo(chunk.bytes());
            }

            // when
            reopened = XorChunk.reopen(chunk.bytes());

            // then
            assertThat(reopened.samples()).isEqualTo(i + 1);
            assertThat(reopened.firstTimestampMs()).isEqualTo(expected.timestamp(0));
            assertThat(reopened.lastTimestampMs()).isEqualTo(timestamp);
            assertThat(reopened.lastValueBits()).isEqualTo(value);
        }
        assertReadsBack(chunk, expected);
    }

    @Test
    void shouldReturnOnlyTheRangeAskedFor() {
        // given
        XorChunk chunk = new XorChunk();
        for (int i = 0; i < 10; i++) {
            chunk.append(START + i, i);
        }
        SampleColumns out = new SampleColumns();

        // when
        Chunks.decode(ChunkEncoding.XOR, chunk.bytes(), START + 3, START + 5, out);

        // then
        assertThat(out.size()).isEqualTo(3);
        assertThat(out.timestamp(0)).isEqualTo(START + 3);
        assertThat(out.timestamp(2)).isEqualTo(START + 5);
    }

    @Test
    void shouldRefuseMoreSamplesThanItCanCount() {
        // given
        XorChunk chunk = new XorChunk();
        for (int i = 0; i < XorChunk.MAX_SAMPLES; i++) {
            chunk.append(START + i, 0);
        }

        // then
        assertThatThrownBy(() -> chunk.append(START + 70_000, 0)).isInstanceOf(IllegalStateException.class);
        SampleColumns out = new SampleColumns();
        Chunks.decode(ChunkEncoding.XOR, chunk.bytes(), Long.MIN_VALUE, Long.MAX_VALUE, out);
        assertThat(out.size()).isEqualTo(XorChunk.MAX_SAMPLES);
    }

    @Test
    void shouldRefuseChunksThatEndTooSoon() {
        // given
        XorChunk chunk = new XorChunk();
        chunk.append(START, 1);
        chunk.append(START + 1, 2);
        chunk.append(START + 2, -1);
        byte[] bytes = chunk.bytes();

        // then
        for (int length = 0; length < bytes.length; length++) {
            byte[] shortened = java.util.Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> decode(shortened)).isInstanceOf(MalformedException.class);
            assertThatThrownBy(() -> XorChunk.reopen(shortened)).isInstanceOf(MalformedException.class);
        }
    }

    @Test
    void shouldReadAnEmptyChunk() {
        assertThat(decode(new XorChunk().bytes()).size()).isZero();
        assertThat(new XorChunk().samples()).isZero();
        assertThat(new XorChunk().size()).isEqualTo(2);
    }

    private static void append(XorChunk chunk, SampleColumns expected, long timestamp, long bits) {
        chunk.append(timestamp, bits);
        expected.add(timestamp, Double.longBitsToDouble(bits));
    }

    private static SampleColumns decode(byte[] bytes) {
        SampleColumns out = new SampleColumns();
        Chunks.decode(ChunkEncoding.XOR, bytes, Long.MIN_VALUE, Long.MAX_VALUE, out);
        return out;
    }

    private static void assertReadsBack(XorChunk chunk, SampleColumns expected) {
        SampleColumns actual = decode(chunk.bytes());
        assertThat(chunk.samples()).isEqualTo(expected.size());
        assertThat(actual.size()).isEqualTo(expected.size());
        assertThat(chunk.firstTimestampMs()).isEqualTo(expected.timestamp(0));
        assertThat(chunk.lastTimestampMs()).isEqualTo(expected.timestamp(expected.size() - 1));
        for (int i = 0; i < expected.size(); i++) {
            assertThat(actual.timestamp(i)).isEqualTo(expected.timestamp(i));
            assertThat(Double.doubleToRawLongBits(actual.value(i)))
                    .isEqualTo(Double.doubleToRawLongBits(expected.value(i)));
        }
    }
}
