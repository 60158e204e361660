package io.millrace.benchmarks;

import io.millrace.model.SampleColumns;
import io.millrace.model.WindowAggregates;
import io.millrace.testkit.generator.Behaviour;
import io.millrace.testkit.generator.GeneratedSeries;
import io.millrace.testkit.generator.MachineTarget;
import io.millrace.wire.chunk.AggregateChunk;
import io.millrace.wire.chunk.Chunks;
import io.millrace.wire.chunk.DenseChunk;
import io.millrace.wire.chunk.XorChunk;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Bytes per sample and CPU of the encoding of merged days, beside XOR chunks of 80 samples: one machine of the generator,
 * a day at 15 s. Timestamps are exact, as Prometheus makes them where the machine is not overloaded, or one in ten is up
 * to 3 ms off.
 */
final class DenseBenchmark {
    private static final long START = 1_700_006_400_000L;
    private static final int SAMPLES = 5_760;
    private static final int XOR_SAMPLES = 80;

    private DenseBenchmark() {}

    static void run(Stopwatch stopwatch, PrintStream out) {
        for (boolean jitter : new boolean[] {false, true}) {
            List<SampleColumns> columns = columns(jitter);
            out.println(jitter ? "one timestamp in ten is off" : "exact timestamps");
            sizes(columns, out);
            long samples = (long) columns.size() * SAMPLES;
            List<byte[]> encoded = new ArrayList<>();
            columns.forEach(each -> encoded.add(DenseChunk.encode(each, 0, SAMPLES)));
            Stopwatch.Cost encode = stopwatch.measure(samples, () -> {
                long bytes = 0;
                for (SampleColumns each : columns) {
                    bytes += DenseChunk.encode(each, 0, SAMPLES).length;
                }
                return bytes;
            });
            SampleColumns decoded = new SampleColumns();
            Stopwatch.Cost decode = stopwatch.measure(samples, () -> {
                long sum = 0;
                for (byte[] each : encoded) {
                    decoded.clear();
                    Chunks.decode(DenseChunk.ENCODING, each, Long.MIN_VALUE, Long.MAX_VALUE, decoded);
                    sum += decoded.size();
                }
                return sum;
            });
            for (int windowMs : WindowAggregates.LENGTHS_MS) {
                out.printf(
                        "  decode windows of %d s %.1f ns a sample they were made of%n",
                        windowMs / 1000, decodeWindows(columns, windowMs, samples, stopwatch));
            }
            out.printf("  encode %.1f ns a sample, decode %.1f ns a sample%n", encode.cpuNanos(), decode.cpuNanos());
        }
    }

    private static double decodeWindows(List<SampleColumns> columns, int windowMs, long samples, Stopwatch stopwatch) {
        List<byte[]> encoded = new ArrayList<>();
        columns.forEach(each -> encoded.add(encodeWindows(each, windowMs)));
        WindowAggregates decoded = new WindowAggregates(windowMs);
        return stopwatch
                .measure(samples, () -> {
                    long sum = 0;
                    for (byte[] each : encoded) {
                        decoded.clear();
                        AggregateChunk.decode(each, Long.MIN_VALUE, Long.MAX_VALUE, decoded);
                        sum += decoded.size();
                    }
                    return sum;
                })
                .cpuNanos();
    }

    private static byte[] encodeWindows(SampleColumns samples, int windowMs) {
        WindowAggregates aggregates = new WindowAggregates(windowMs);
        aggregates.add(samples, 0, samples.size());
        return AggregateChunk.encode(aggregates);
    }

    private static List<SampleColumns> columns(boolean jitter) {
        Random random = new Random(1);
        long[] timestamps = new long[SAMPLES];
        for (int i = 0; i < SAMPLES; i++) {
            timestamps[i] = START + 15_000L * i + (jitter && random.nextInt(10) == 0 ? random.nextInt(7) - 3 : 0);
        }
        List<SampleColumns> columns = new ArrayList<>();
        for (GeneratedSeries series : new MachineTarget(7).series()) {
            SampleColumns each = new SampleColumns(SAMPLES);
            for (long timestamp : timestamps) {
                each.add(timestamp, series.valueAt(timestamp));
            }
            columns.add(each);
        }
        return columns;
    }

    private static void sizes(List<SampleColumns> columns, PrintStream out) {
        Map<Behaviour, long[]> by = new EnumMap<>(Behaviour.class);
        List<GeneratedSeries> series = new MachineTarget(7).series();
        long[] total = new long[5];
        for (int i = 0; i < columns.size(); i++) {
            SampleColumns each = columns.get(i);
            long[] sums = by.computeIfAbsent(series.get(i).behaviour(), key -> new long[5]);
            long[] sizes = {
                1,
                xorBytes(each),
                DenseChunk.encode(each, 0, SAMPLES).length,
                encodeWindows(each, 300_000).length,
                encodeWindows(each, 3_600_000).length
            };
            for (int k = 0; k < sizes.length; k++) {
                sums[k] += sizes[k];
                total[k] += sizes[k];
            }
        }
        by.forEach((behaviour, sums) -> print(behaviour.toString(), sums, out));
        print("all", total, out);
    }

    private static void print(String name, long[] sums, PrintStream out) {
        double samples = (double) sums[0] * SAMPLES;
        out.printf(
                "  %-10s %5d series  XOR %.3f  dense %.3f  windows of 5 m %.3f, of 1 h %.3f bytes a sample%n",
                name, sums[0], sums[1] / samples, sums[2] / samples, sums[3] / samples, sums[4] / samples);
    }

    private static long xorBytes(SampleColumns columns) {
        long bytes = 0;
        for (int from = 0; from < columns.size(); from += XOR_SAMPLES) {
            XorChunk chunk = new XorChunk();
            for (int i = from; i < from + XOR_SAMPLES; i++) {
                chunk.append(columns.timestamp(i), Double.doubleToRawLongBits(columns.value(i)));
            }
            bytes += chunk.size();
        }
        return bytes;
    }
}
