package io.millrace.query.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.SampleColumns;
import io.millrace.model.StaleMarker;
import io.millrace.wire.chunk.ChunkEncoding;
import io.millrace.wire.chunk.ChunkMerge;
import io.millrace.wire.chunk.XorChunk;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkMergeTest {
    private final ChunkMerge merge = new ChunkMerge();

    @Test
    void shouldTakeTheChunkWithTheHigherOffsetWhereTwoDisagree() {
        // given
        StoredChunk early = chunk(5, Map.of(10L, 1.0, 20L, 2.0, 30L, 3.0));
        StoredChunk late = chunk(9, Map.of(20L, 22.0, 40L, 4.0));

        // then
        assertThat(merged(early, late)).isEqualTo(Map.of(10L, 1.0, 20L, 22.0, 30L, 3.0, 40L, 4.0));
        assertThat(merged(late, early)).isEqualTo(merged(early, late));
    }

    @Test
    void shouldCountAChunkOnceThatCameFromTheWriterAndFromTheStore() {
        // given: sealed with one more sample between the two reads
        StoredChunk open = chunk(5, Map.of(10L, 1.0, 20L, 2.0));
        StoredChunk sealed = chunk(5, Map.of(10L, 1.0, 20L, 2.0, 30L, 3.0));

        // then
        assertThat(merged(open, sealed, sealed)).isEqualTo(Map.of(10L, 1.0, 20L, 2.0, 30L, 3.0));
    }

    @Test
    void shouldKeepStaleMarkersBitForBit() {
        // given
        StoredChunk chunk = chunk(1, Map.of(10L, 1.0, 20L, StaleMarker.VALUE));
        SampleColumns out = new SampleColumns();

        // when
        merge.merge(new ArrayList<>(List.of(chunk, chunk(2, Map.of(15L, 5.0)))), 0, 100, out);

        // then
        assertThat(out.size()).isEqualTo(3);
        assertThat(Double.doubleToRawLongBits(out.value(2))).isEqualTo(StaleMarker.BITS);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void shouldMergeAnyChunksAsAMapWould(long seed) {
        // given
        Random random = new Random(seed);
        for (int round = 0; round < 100; round++) {
            List<StoredChunk> chunks = new ArrayList<>();
            long from = random.nextInt(1000);
            long to = from + random.nextInt(1000);
            TreeMap<Long, Double> expected = new TreeMap<>();
            int count = random.nextInt(12);
            for (int offset = 0; offset < count; offset++) { // ascending, so a later put wins
                TreeMap<Long, Double> samples = new TreeMap<>();
                long at = random.nextInt(1500);
                int size = 1 + random.nextInt(40);
                for (int i = 0; i < size; i++) {
                    samples.put(at, random.nextInt(10) == 0 ? Double.NaN : random.nextInt(100));
                    at += 1 + random.nextInt(30);
                }
                chunks.add(chunk(offset, samples));
                expected.putAll(samples.subMap(from, true, to, true));
            }
            Collections.shuffle(chunks, random);

            // when
            SampleColumns out = new SampleColumns();
            merge.merge(chunks, from, to, out);

            // then
            assertThat(out.isSorted()).isTrue();
            assertThat(map(out)).isEqualTo(expected);
        }
    }

    private Map<Long, Double> merged(StoredChunk... chunks) {
        SampleColumns out = new SampleColumns();
        merge.merge(new ArrayList<>(List.of(chunks)), Long.MIN_VALUE, Long.MAX_VALUE, out);
        assertThat(out.isSorted()).isTrue();
        return map(out);
    }

    private static Map<Long, Double> map(SampleColumns samples) {
        TreeMap<Long, Double> map = new TreeMap<>();
        for (int i = 0; i < samples.size(); i++) {
            map.put(samples.timestamp(i), samples.value(i));
        }
        return map;
    }

    static StoredChunk chunk(long offset, Map<Long, Double> samples) {
        XorChunk chunk = new XorChunk();
        new TreeMap<>(samples).forEach((t, v) -> chunk.append(t, Double.doubleToRawLongBits(v)));
        return new StoredChunk(
                chunk.firstTimestampMs(),
                chunk.lastTimestampMs(),
                offset,
                chunk.samples(),
                ChunkEncoding.XOR.number(),
                chunk.bytes());
    }
}
