package io.millrace.benchmarks;

import io.millrace.model.NativeHistogram;
import io.millrace.model.NativeHistogram.ResetHint;
import io.millrace.model.SampleColumns;
import io.millrace.model.SeriesId;
import io.millrace.wire.chunk.ChunkEncoding;
import io.millrace.wire.chunk.Chunks;
import io.millrace.wire.chunk.HistogramChunk;
import io.millrace.wire.chunk.XorChunk;
import io.millrace.wire.chunk.XorChunkPool;
import io.millrace.wire.labels.CanonicalLabels;
import io.millrace.wire.record.SampleBatchReader;
import io.millrace.wire.record.SampleBatchReader.Entry;
import io.millrace.wire.record.SampleBatchReader.Item;
import io.millrace.wire.record.SampleBatchWriter;
import java.io.PrintStream;
import java.util.Locale;
import java.util.Random;

/** What the codecs of {@code libs/wire} cost for typical series. Single-threaded. */
final class CodecBenchmark {
    /** Series of a Kafka record: hundreds, one sample each. */
    private static final int BATCH = 500;

    /** Labels and ids that all fit into the caches of no machine: 20,000 × 250 B = 5 MB. */
    private static final int SERIES = 20_000;

    /** An hour at 15 s. */
    private static final int CHUNK_SAMPLES = 240;

    private final Stopwatch stopwatch;
    private final PrintStream out;
    private final TypicalSeries[] series = new TypicalSeries[SERIES];
    private final SeriesId[] ids = new SeriesId[SERIES];

    private CodecBenchmark(Stopwatch stopwatch, PrintStream out) {
        this.stopwatch = stopwatch;
        this.out = out;
        for (int i = 0; i < SERIES; i++) {
            series[i] = new TypicalSeries(i);
            ids[i] = CanonicalLabels.id(series[i].labels(), 0, series[i].labels().length);
        }
    }

    /** @param openSeries how many chunks are open at once in the measurement of appending */
    static void run(Stopwatch stopwatch, int openSeries, PrintStream out) {
        CodecBenchmark benchmark = new CodecBenchmark(stopwatch, out);
        out.println("| what | CPU s / 1 M samples | bytes allocated / sample |");
        out.println("|---|---|---|");
        benchmark.hashIds();
        benchmark.checkLabels();
        benchmark.writeBatches();
        benchmark.readBatches();
        benchmark.appendFloats(openSeries);
        benchmark.appendFloatsToPool(openSeries);
        benchmark.decodeFloats();
        benchmark.histograms();
    }

    private void report(String what, Stopwatch.Cost cost) {
        out.printf(Locale.ROOT, "| %s | %.4f | %.1f |%n", what, cost.secondsPerMillion(), cost.allocatedBytes());
    }

    private void hashIds() {
        report("series id: hash of 245 B of labels", stopwatch.measure(SERIES, () -> {
            long sum = 0;
            for (TypicalSeries one : series) {
                sum += CanonicalLabels.id(one.labels(), 0, one.labels().length).low();
            }
            return sum;
        }));
    }

    private void checkLabels() {
        report("labels: check", stopwatch.measure(SERIES, () -> {
            long sum = 0;
            for (TypicalSeries one : series) {
                sum += CanonicalLabels.check(one.labels(), 0, one.labels().length);
            }
            return sum;
        }));
        report("labels: decode", stopwatch.measure(SERIES, () -> {
            long sum = 0;
            for (TypicalSeries one : series) {
                sum += CanonicalLabels.decode(one.labels(), 0, one.labels().length)
                        .size();
            }
            return sum;
        }));
    }

    private void writeBatches() {
        SampleBatchWriter writer = new SampleBatchWriter();
        report("batch: write with labels", stopwatch.measure(SERIES, () -> {
            long bytes = 0;
            for (int from = 0; from < SERIES; from += BATCH) {
                bytes += batch(writer, from, true).length;
            }
            return bytes;
        }));
        report("batch: write by id", stopwatch.measure(SERIES, () -> {
            long bytes = 0;
            for (int from = 0; from < SERIES; from += BATCH) {
                bytes += batch(writer, from, false).length;
            }
            return bytes;
        }));
    }

    private byte[] batch(SampleBatchWriter writer, int from, boolean withLabels) {
        writer.begin(TypicalSeries.START_MS + 20_000);
        for (int i = from; i < from + BATCH; i++) {
            if (withLabels) {
                writer.series(ids[i].high(), ids[i].low(), series[i].labels(), 0, series[i].labels().length);
            } else {
                writer.series(ids[i].high(), ids[i].low());
            }
            writer.sample(series[i].timestampMs(), 0, series[i].valueBits());
        }
        return writer.toByteArray();
    }

    private void readBatches() {
        SampleBatchWriter writer = new SampleBatchWriter();
        byte[][] withLabels = new byte[SERIES / BATCH][];
        byte[][] byId = new byte[SERIES / BATCH][];
        for (int i = 0; i < byId.length; i++) {
            withLabels[i] = batch(writer, i * BATCH, true);
            byId[i] = batch(writer, i * BATCH, false);
        }
        report("batch: read with labels", stopwatch.measure(SERIES, () -> read(withLabels)));
        report("batch: read by id", stopwatch.measure(SERIES, () -> read(byId)));
        report("batch: labels to id (copy items)", stopwatch.measure(SERIES, () -> copy(withLabels, writer)));
    }

    private static long read(byte[][] values) {
        SampleBatchReader reader = new SampleBatchReader();
        long sum = 0;
        for (byte[] value : values) {
            reader.wrap(value);
            while (reader.nextEntry() != Entry.END) {
                sum += reader.idLow();
                while (reader.nextItem() != Item.END) {
                    sum += reader.timestampMs() ^ reader.valueBits();
                }
            }
        }
        return sum;
    }

    /** What the processor does to a record of known series. */
    private static long copy(byte[][] values, SampleBatchWriter writer) {
        SampleBatchReader reader = new SampleBatchReader();
        long bytes = 0;
        for (byte[] value : values) {
            reader.wrap(value);
            writer.begin(reader.receiveTimeMs());
            while (reader.nextEntry() != Entry.END) {
                writer.series(reader.idHigh(), reader.idLow());
                writer.copyItems(reader);
            }
            bytes += writer.toByteArray().length;
        }
        return bytes;
    }

    /**
     * One sample for each of many open series, again and again: the chunks are in no cache. Chunks that have an hour are
     * closed, all at different times.
     */
    private void appendFloats(int openSeries) {
        // few enough that reading what is appended costs nothing
        int kinds = Math.min(50, openSeries);
        long[][] timestamps = new long[kinds][CHUNK_SAMPLES];
        long[][] values = new long[kinds][CHUNK_SAMPLES];
        for (int i = 0; i < kinds; i++) {
            fill(new TypicalSeries(i), timestamps[i], values[i]);
        }
        XorChunk[] open = new XorChunk[openSeries];
        long heapBefore = usedHeap();
        long encoded = 0;
        for (int i = 0; i < openSeries; i++) {
            open[i] = new XorChunk();
            int samples = i % CHUNK_SAMPLES;
            for (int k = 0; k < samples; k++) {
                open[i].append(timestamps[i % kinds][k], values[i % kinds][k]);
            }
            encoded += open[i].size();
        }
        long heap = usedHeap() - heapBefore;
        // the encoded bytes of this moment and the heap they take: chunks are half full on average
        String perSeries = String.format(
                Locale.ROOT, "%d B of heap an open series for %d B encoded", heap / openSeries, encoded / openSeries);
        report("XOR: append, " + openSeries + " open series", stopwatch.measure(openSeries, () -> {
            long bytes = 0;
            for (int i = 0; i < open.length; i++) {
                XorChunk chunk = open[i];
                int k = chunk.samples();
                if (k == CHUNK_SAMPLES) {
                    bytes += chunk.bytes().length;
                    chunk = new XorChunk();
                    open[i] = chunk;
                    k = 0;
                }
                chunk.append(timestamps[i % kinds][k], values[i % kinds][k]);
            }
            return bytes;
        }));
        report("XOR: append, one series after another", stopwatch.measure((long) kinds * CHUNK_SAMPLES, () -> {
            long bytes = 0;
            for (int i = 0; i < kinds; i++) {
                bytes += encode(timestamps[i], values[i]).length;
            }
            return bytes;
        }));
        out.println("| (XOR: " + perSeries + ") | | |");
    }

    /** As {@link #appendFloats}, with chunks in a pool: as the writer has them. */
    private void appendFloatsToPool(int openSeries) {
        int kinds = Math.min(50, openSeries);
        long[][] timestamps = new long[kinds][CHUNK_SAMPLES];
        long[][] values = new long[kinds][CHUNK_SAMPLES];
        for (int i = 0; i < kinds; i++) {
            fill(new TypicalSeries(i), timestamps[i], values[i]);
        }
        long heapBefore = usedHeap();
        XorChunkPool pool = new XorChunkPool();
        int[] open = new int[openSeries];
        long encoded = 0;
        for (int i = 0; i < openSeries; i++) {
            open[i] = pool.begin(timestamps[i % kinds][0], values[i % kinds][0]);
            int samples = Math.max(1, i % CHUNK_SAMPLES);
            for (int k = 1; k < samples; k++) {
                pool.append(open[i], timestamps[i % kinds][k], values[i % kinds][k]);
            }
            encoded += pool.size(open[i]);
        }
        String perSeries = String.format(
                Locale.ROOT,
                "%d B of heap an open series for %d B encoded",
                (usedHeap() - heapBefore) / openSeries,
                encoded / openSeries);
        report("XOR in a pool: append, " + openSeries + " open series", stopwatch.measure(openSeries, () -> {
            long sum = 0;
            for (int from = 0; from < open.length; from += 256) {
                int to = Math.min(from + 256, open.length);
                for (int i = from; i < to; i++) {
                    sum ^= pool.touch(open[i]);
                }
                for (int i = from; i < to; i++) {
                    int k = pool.samples(open[i]);
                    if (k == CHUNK_SAMPLES) {
                        sum += pool.bytes(open[i]).length;
                        pool.again(open[i], timestamps[i % kinds][0], values[i % kinds][0]);
                    } else {
                        pool.append(open[i], timestamps[i % kinds][k], values[i % kinds][k]);
                    }
                }
            }
            return sum;
        }));
        out.println("| (XOR in a pool: " + perSeries + ") | | |");
    }

    private static void fill(TypicalSeries one, long[] timestamps, long[] values) {
        for (int i = 0; i < timestamps.length; i++) {
            timestamps[i] = one.timestampMs();
            values[i] = one.valueBits();
            one.next();
        }
    }

    private static byte[] encode(long[] timestamps, long[] values) {
        XorChunk chunk = new XorChunk();
        for (int i = 0; i < timestamps.length; i++) {
            chunk.append(timestamps[i], values[i]);
        }
        return chunk.bytes();
    }

    private static long usedHeap() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private void decodeFloats() {
        byte[][] chunks = new byte[1000][];
        long bytes = 0;
        long[] timestamps = new long[CHUNK_SAMPLES];
        long[] values = new long[CHUNK_SAMPLES];
        for (int i = 0; i < chunks.length; i++) {
            fill(new TypicalSeries(i), timestamps, values);
            chunks[i] = encode(timestamps, values);
            bytes += chunks[i].length;
        }
        long samples = (long) chunks.length * CHUNK_SAMPLES;
        SampleColumns columns = new SampleColumns(CHUNK_SAMPLES);
        report("XOR: decode", stopwatch.measure(samples, () -> {
            long size = 0;
            for (byte[] chunk : chunks) {
                columns.clear();
                Chunks.decode(ChunkEncoding.XOR, chunk, Long.MIN_VALUE, Long.MAX_VALUE, columns);
                size += columns.size();
            }
            return size;
        }));
        out.printf(
                Locale.ROOT,
                "| (XOR: %.2f B a sample in chunks of %d) | | |%n",
                (double) bytes / samples,
                CHUNK_SAMPLES);
    }

    private void histograms() {
        NativeHistogram[] samples = new NativeHistogram[100];
        Random random = new Random(1);
        double[] counts = new double[40];
        double count = 0;
        for (int i = 0; i < samples.length; i++) {
            for (int k = 0; k < counts.length; k++) {
                int more = random.nextInt(4) == 0 ? random.nextInt(20) : 0;
                counts[k] += more;
                count += more;
            }
            samples[i] = new NativeHistogram(
                    true,
                    ResetHint.UNKNOWN,
                    3,
                    0x1p-128,
                    0,
                    count,
                    count * 0.3,
                    new int[] {-10, 25, 2, 15},
                    counts.clone(),
                    new int[0],
                    new double[0],
                    new double[0]);
        }
        report("histogram of 40 buckets: append", stopwatch.measure(samples.length, () -> encode(samples).length));
        byte[] chunk = encode(samples);
        SampleColumns columns = new SampleColumns(samples.length);
        report("histogram of 40 buckets: decode", stopwatch.measure(samples.length, () -> {
            columns.clear();
            Chunks.decode(ChunkEncoding.HISTOGRAM, chunk, Long.MIN_VALUE, Long.MAX_VALUE, columns);
            return columns.size();
        }));
        out.printf(Locale.ROOT, "| (histogram: %.1f B a sample) | | |%n", (double) chunk.length / samples.length);
    }

    private static byte[] encode(NativeHistogram[] samples) {
        HistogramChunk chunk = new HistogramChunk();
        for (int i = 0; i < samples.length; i++) {
            if (!chunk.append(TypicalSeries.START_MS + (long) i * TypicalSeries.INTERVAL_MS, samples[i])) {
                throw new IllegalStateException("histogram " + i + " does not fit");
            }
        }
        return chunk.bytes();
    }
}
