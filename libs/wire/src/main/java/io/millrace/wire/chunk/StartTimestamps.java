package io.millrace.wire.chunk;

import io.millrace.model.SampleColumns;
import io.millrace.wire.ByteReader;
import io.millrace.wire.ByteWriter;
import io.millrace.wire.MalformedException;
import java.util.Arrays;

/**
 * The start timestamps of the samples of a chunk, as runs of the same one. Chunks of Prometheus have no place for them,
 * so they stand before the chunk: a counter that is not reset has one run, some nine bytes. Not thread-safe.
 *
 * <pre>
 * uvarint length of what follows up to the chunk | runs | chunk
 * run     uvarint (samples in the run * 2 + (1 if they have a start, 0 if not)), at least one sample
 *         | if they have: svarint (start - start of the run before that has one, or - first timestamp of the chunk)
 * </pre>
 */
final class StartTimestamps {
    private static final int INITIAL_RUNS = 2;

    private long[] starts = new long[INITIAL_RUNS];
    private char[] lengths = new char[INITIAL_RUNS];
    private int runs;

    /** @param unset how many samples without a start came before */
    StartTimestamps(int unset) {
        if (unset > 0) {
            lengths[0] = (char) unset;
            runs = 1;
        }
    }

    /** Adds the start of the next sample, 0 when unset. */
    void add(long startMs) {
        if (runs == 0 || starts[runs - 1] != startMs) {
            if (runs == starts.length) {
                starts = Arrays.copyOf(starts, 2 * runs);
                lengths = Arrays.copyOf(lengths, 2 * runs);
            }
            starts[runs] = startMs;
            runs++;
        }
        lengths[runs - 1]++;
    }

    byte[] prepend(long firstTimestampMs, byte[] chunk) {
        ByteWriter encoded = new ByteWriter(16 * runs);
        long before = firstTimestampMs;
        for (int i = 0; i < runs; i++) {
            encoded.putUvarint(2L * lengths[i] + (starts[i] == 0 ? 0 : 1));
            if (starts[i] != 0) {
                encoded.putSvarint(starts[i] - before);
                before = starts[i];
            }
        }
        ByteWriter out = new ByteWriter(3 + encoded.size() + chunk.length);
        out.putSized(encoded.buffer(), 0, encoded.size());
        out.putBytes(chunk, 0, chunk.length);
        return out.toByteArray();
    }

    /** The chunk behind the start timestamps. */
    static byte[] chunk(byte[] data) {
        ByteReader in = new ByteReader(data);
        in.skip(in.readLength());
        return in.readBytes(in.remaining());
    }

    /**
     * Appends the samples of {@code whole} within the range to {@code out}, with their starts.
     *
     * @param data start timestamps and chunk
     * @param whole all samples of that chunk
     */
    static void decode(byte[] data, SampleColumns whole, long fromMs, long toMs, SampleColumns out) {
        ByteReader in = new ByteReader(data);
        int length = in.readLength();
        in.window(in.position(), in.position() + length);
        long before = whole.size() == 0 ? 0 : whole.timestamp(0);
        int index = 0;
        while (in.hasRemaining()) {
            long header = in.readUvarint();
            long samples = header >>> 1;
            if (samples == 0 || samples > whole.size() - index) {
                throw new MalformedException(
                        "start timestamps are not those of a chunk of " + whole.size() + " samples");
            }
            long start = 0;
            if ((header & 1) != 0) {
                start = before + in.readSvarint();
                before = start;
            }
            for (int end = index + (int) samples; index < end; index++) {
                long timestamp = whole.timestamp(index);
                if (timestamp >= fromMs && timestamp <= toMs) {
                    out.addFrom(whole, index);
                    if (start != 0) {
                        out.setStartTimestamp(start);
                    }
                }
            }
        }
        if (index != whole.size()) {
            throw new MalformedException("start timestamps of " + index + " of " + whole.size() + " samples");
        }
    }
}
