package io.millrace.wire.chunk;

import io.millrace.model.SampleColumns;
import io.millrace.model.WindowAggregates;
import io.millrace.wire.ByteReader;
import io.millrace.wire.ByteWriter;
import io.millrace.wire.MalformedException;
import java.util.function.IntToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The aggregates of one series over a day or so, as bytes. Described byte by byte in {@code docs/formats/chunks.md}.
 *
 * <p>Each aggregate is a column, as a {@link DenseChunk} of its own whose timestamps are the ends of the windows; times are
 * told from the beginning of their window. A column that is zero everywhere, or equal to the first or the last values, as
 * minimum and maximum of most counters are, takes one byte. Of a sum what rounding has lost is added before. Stateless.
 */
public final class AggregateChunk {
    /** Number of the encoding in rows of the store. Not of samples: {@link Chunks} does not decode it. */
    public static final byte ENCODING = 17;

    private static final int VERSION = 1;
    private static final int MAX_WINDOWS = DenseChunk.MAX_SAMPLES;

    private static final int OWN = 0;
    private static final int ZERO = 1;
    private static final int AS_FIRST = 2;
    private static final int AS_LAST = 3;

    private AggregateChunk() {}

    /**
     * @param aggregates 1 to 16,384 windows
     */
    public static byte[] encode(WindowAggregates aggregates) {
        if (aggregates.size() < 1 || aggregates.size() > MAX_WINDOWS) {
            throw new IllegalArgumentException("a chunk of " + aggregates.size() + " windows");
        }
        ByteWriter out = new ByteWriter(64 + 16 * aggregates.size());
        out.putByte(VERSION);
        out.putUvarint(aggregates.lengthMs());
        long length = aggregates.lengthMs();
        putOwn(aggregates, aggregates::first, out);
        if (same(aggregates, aggregates::last, aggregates::first)) {
            out.putByte(AS_FIRST);
        } else {
            putOwn(aggregates, aggregates::last, out);
        }
        put(aggregates, aggregates::min, out);
        put(aggregates, aggregates::max, out);
        put(aggregates, aggregates::sum, out);
        put(aggregates, aggregates::resets, out);
        put(aggregates, aggregates::count, out);
        put(aggregates, i -> aggregates.firstTime(i) - aggregates.end(i) + length, out);
        put(aggregates, i -> aggregates.lastTime(i) - aggregates.end(i) + length, out);
        return out.toByteArray();
    }

    private static void put(WindowAggregates aggregates, IntToDoubleFunction column, ByteWriter out) {
        if (same(aggregates, column, i -> 0)) {
            out.putByte(ZERO);
        } else if (same(aggregates, column, aggregates::first)) {
            out.putByte(AS_FIRST);
        } else if (same(aggregates, column, aggregates::last)) {
            out.putByte(AS_LAST);
        } else {
            putOwn(aggregates, column, out);
        }
    }

    private static void putOwn(WindowAggregates aggregates, IntToDoubleFunction column, ByteWriter out) {
        SampleColumns samples = new SampleColumns(aggregates.size());
        for (int i = 0; i < aggregates.size(); i++) {
            samples.add(aggregates.end(i), column.applyAsDouble(i));
        }
        out.putByte(OWN);
        out.putSized(DenseChunk.encode(samples, 0, samples.size()));
    }

    private static boolean same(WindowAggregates aggregates, IntToDoubleFunction column, IntToDoubleFunction other) {
        for (int i = 0; i < aggregates.size(); i++) {
            if (Double.doubleToRawLongBits(column.applyAsDouble(i))
                    != Double.doubleToRawLongBits(other.applyAsDouble(i))) {
                return false;
            }
        }
        return true;
    }

    /**
     * Adds the windows with {@code fromEndMs <= end <= toEndMs} to {@code out}, which has earlier ones only.
     *
     * @throws MalformedException when the bytes are not such a chunk, or of windows of another length than those of {@code
     *     out}; windows before the damage may have been added
     */
    public static void decode(byte[] data, long fromEndMs, long toEndMs, WindowAggregates out) {
        ByteReader in = new ByteReader(data);
        int version = in.readByte();
        if (version != VERSION) {
            throw new MalformedException("aggregates of version " + version + ", this reads " + VERSION);
        }
        long length = in.readUvarint();
        if (length != out.lengthMs()) {
            throw new MalformedException("aggregates of " + length + " ms, asked for those of " + out.lengthMs());
        }
        SampleColumns first = own(in, fromEndMs, toEndMs);
        if (first == null) {
            throw new MalformedException("aggregates without values");
        }
        SampleColumns last = column(in, fromEndMs, toEndMs, first, first);
        SampleColumns min = column(in, fromEndMs, toEndMs, first, last);
        SampleColumns max = column(in, fromEndMs, toEndMs, first, last);
        SampleColumns sum = column(in, fromEndMs, toEndMs, first, last);
        SampleColumns resets = column(in, fromEndMs, toEndMs, first, last);
        SampleColumns count = column(in, fromEndMs, toEndMs, first, last);
        SampleColumns firstTime = column(in, fromEndMs, toEndMs, first, last);
        SampleColumns lastTime = column(in, fromEndMs, toEndMs, first, last);
        for (int i = 0; i < first.size(); i++) {
            long end = first.timestamp(i);
            long samples = (long) count.value(i);
            boolean later = out.size() == 0 || end >= out.end(out.size() - 1);
            if (samples < 1 || !later || end % length != 0) {
                throw new MalformedException("aggregates of " + samples + " samples in a window that ends at " + end);
            }
            out.add(
                    end,
                    samples,
                    sum.value(i),
                    0,
                    min.value(i),
                    max.value(i),
                    end - length + (long) firstTime.value(i),
                    first.value(i),
                    end - length + (long) lastTime.value(i),
                    last.value(i),
                    resets.value(i));
        }
    }

    private static SampleColumns column(
            ByteReader in, long fromEndMs, long toEndMs, SampleColumns first, SampleColumns last) {
        int kind = in.readByte();
        switch (kind) {
            case OWN -> {
                SampleColumns samples = dense(in, fromEndMs, toEndMs);
                if (samples.size() != first.size()) {
                    throw new MalformedException(
                            "aggregates of " + first.size() + " windows have a column of " + samples.size());
                }
                return samples;
            }
            case ZERO -> {
                SampleColumns zeros = new SampleColumns(first.size());
                for (int i = 0; i < first.size(); i++) {
                    zeros.add(first.timestamp(i), 0);
                }
                return zeros;
            }
            case AS_FIRST -> {
                return first;
            }
            case AS_LAST -> {
                return last;
            }
            default -> throw new MalformedException("aggregates with a column of kind " + kind);
        }
    }

    private static @Nullable SampleColumns own(ByteReader in, long fromEndMs, long toEndMs) {
        return in.readByte() == OWN ? dense(in, fromEndMs, toEndMs) : null;
    }

    private static SampleColumns dense(ByteReader in, long fromEndMs, long toEndMs) {
        SampleColumns samples = new SampleColumns(320);
        DenseChunk.decode(in.readBytes(in.readLength()), fromEndMs, toEndMs, samples);
        return samples;
    }
}
