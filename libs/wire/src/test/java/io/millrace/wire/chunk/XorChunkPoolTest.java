package io.millrace.wire.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class XorChunkPoolTest {
    private final XorChunkPool pool = new XorChunkPool();
    private final Map<Integer, XorChunk> expected = new HashMap<>();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldHoldTheSameChunksAsObjectsDo(long seed) {
        // given
        Random random = new Random(seed);
        int live = 1 + random.nextInt(3_000);
        // when: chunks begin, grow, begin again in their place and end, in any order
        for (int step = 0; step < 100_000; step++) {
            Integer handle = random.nextInt(live);
            XorChunk chunk = expected.get(handle);
            long value = value(random);
            if (chunk == null) {
                begin(random, value);
            } else if (random.nextInt(300) == 0) {
                pool.free(handle);
                expected.remove(handle);
            } else if (random.nextInt(300) == 0) {
                pool.again(handle, step, value);
                expected.put(handle, first(step, value));
            } else {
                long timestamp = chunk.lastTimestampMs() + 1 + (random.nextInt() >>> 3 + random.nextInt(28));
                pool.append(handle, timestamp, value);
                chunk.append(timestamp, value);
            }
        }
        // then
        expected.forEach(this::assertSame);
        assertThat(expected).isNotEmpty();
    }

    private void begin(Random random, long value) {
        long timestamp = random.nextInt(3) == 0 ? random.nextLong() >> 20 : 1_700_000_000_000L + random.nextInt();
        int handle = pool.begin(timestamp, value);
        assertThat(expected.put(handle, first(timestamp, value)))
                .as("a handle is given out once")
                .isNull();
        pool.setNumber(handle, -handle);
        pool.setWord(handle, 0, handle * 3L);
        pool.setWord(handle, 1, -handle);
    }

    private static XorChunk first(long timestamp, long value) {
        XorChunk chunk = new XorChunk();
        chunk.append(timestamp, value);
        return chunk;
    }

    private void assertSame(int handle, XorChunk chunk) {
        assertThat(pool.bytes(handle)).isEqualTo(chunk.bytes());
        assertThat(pool.samples(handle)).isEqualTo(chunk.samples());
        assertThat(pool.size(handle)).isEqualTo(chunk.size());
        assertThat(pool.firstTimestampMs(handle)).isEqualTo(chunk.firstTimestampMs());
        assertThat(pool.lastTimestampMs(handle)).isEqualTo(chunk.lastTimestampMs());
        assertThat(pool.lastValueBits(handle)).isEqualTo(chunk.lastValueBits());
        assertThat(pool.number(handle)).isEqualTo(-handle);
        assertThat(pool.word(handle, 0)).isEqualTo(handle * 3L);
        assertThat(pool.word(handle, 1)).isEqualTo(-handle);
    }

    private static long value(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextLong();
            case 1 -> 0;
            case 2 -> Double.doubleToRawLongBits(random.nextInt(100));
            default -> Double.doubleToRawLongBits(random.nextInt(100) / 10.0);
        };
    }
}
