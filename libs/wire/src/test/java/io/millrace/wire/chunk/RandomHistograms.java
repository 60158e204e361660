package io.millrace.wire.chunk;

import io.millrace.model.NativeHistogram;
import io.millrace.model.NativeHistogram.ResetHint;
import io.millrace.model.StaleMarker;
import java.util.Random;

/** Series of histograms that look like those of a sender, and some that do not. */
public final class RandomHistograms {
    private final Random random;
    private final boolean integer;
    private NativeHistogram last;

    public RandomHistograms(Random random, boolean integer) {
        this.random = random;
        this.integer = integer;
        last = fresh();
    }

    /** Mostly the one before with more in it; sometimes with less, stale, or with another layout. */
    public NativeHistogram next() {
        int kind = random.nextInt(20);
        if (kind == 0) {
            return stale();
        }
        if (kind == 1) {
            last = fresh();
        } else if (kind != 2) {
            last = grown(kind == 3 ? -1 : 1);
        }
        return last;
    }

    private NativeHistogram stale() {
        return new NativeHistogram(
                integer,
                ResetHint.UNKNOWN,
                3,
                1,
                2,
                3,
                StaleMarker.VALUE,
                new int[0],
                new double[0],
                new int[0],
                new double[0],
                new double[0]);
    }

    private NativeHistogram fresh() {
        boolean custom = random.nextInt(3) == 0;
        int[] positive = spans();
        int[] negative = custom ? new int[0] : spans();
        return new NativeHistogram(
                integer,
                ResetHint.values()[random.nextInt(4)],
                custom ? NativeHistogram.CUSTOM_BUCKETS : random.nextInt(13) - 4,
                custom ? 0 : zeroThreshold(),
                count(),
                count(),
                random.nextDouble(),
                positive,
                counts(positive),
                negative,
                counts(negative),
                custom ? customValues() : new double[0]);
    }

    private NativeHistogram grown(int sign) {
        return new NativeHistogram(
                integer,
                last.resetHint(),
                last.schema(),
                last.zeroThreshold(),
                grown(last.zeroCount(), sign),
                grown(last.count(), sign),
                random.nextBoolean() ? last.sum() : Double.longBitsToDouble(random.nextLong()),
                last.positiveSpans(),
                grown(last.positiveCounts(), sign),
                last.negativeSpans(),
                grown(last.negativeCounts(), sign),
                last.customValues());
    }

    private double[] grown(double[] counts, int sign) {
        double[] grown = new double[counts.length];
        for (int i = 0; i < grown.length; i++) {
            grown[i] = grown(counts[i], sign);
        }
        return grown;
    }

    private double grown(double count, int sign) {
        return Math.max(0, count + sign * (random.nextBoolean() ? 0 : count()));
    }

    private double count() {
        // Sums of these stay below 2^53, where counts are exact.
        long count = random.nextLong() >>> (22 + random.nextInt(42));
        return integer ? count : count * 0.25;
    }

    private double zeroThreshold() {
        return switch (random.nextInt(4)) {
            case 0 -> 0;
            case 1 -> Math.scalb(1.0, random.nextInt(300) - 260);
            case 2 -> random.nextDouble();
            default -> 0x1p-128;
        };
    }

    private int[] spans() {
        int[] spans = new int[2 * random.nextInt(4)];
        for (int i = 0; i < spans.length; i += 2) {
            spans[i] = i == 0 ? random.nextInt(2000) - 1000 : random.nextInt(9);
            spans[i + 1] = random.nextInt(5);
        }
        return spans;
    }

    private double[] counts(int[] spans) {
        int buckets = 0;
        for (int i = 1; i < spans.length; i += 2) {
            buckets += spans[i];
        }
        double[] counts = new double[buckets];
        for (int i = 0; i < buckets; i++) {
            counts[i] = count();
        }
        return counts;
    }

    private double[] customValues() {
        double[] values = new double[random.nextInt(6)];
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (random.nextInt(5)) {
                case 0 -> random.nextInt(40_000);
                case 1 -> random.nextInt(40_000_000) / 1000.0;
                case 2 -> -random.nextDouble();
                case 3 -> Double.longBitsToDouble(random.nextLong());
                default -> random.nextInt(10) / 10.0;
            };
        }
        return values;
    }
}
