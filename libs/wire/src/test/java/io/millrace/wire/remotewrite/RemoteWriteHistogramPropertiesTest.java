package io.millrace.wire.remotewrite;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.NativeHistogram;
import io.millrace.model.NativeHistogram.ResetHint;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Any histogram a sender can make is decoded to the same histogram, with its start and the metadata of its series. */
class RemoteWriteHistogramPropertiesTest {
    private static final double[] NONE = {};

    @Property(tries = 1000)
    void decodesWhatWasEncoded(@ForAll long seed, @ForAll MessageType type) {
        Random random = new Random(seed);
        boolean v2 = type == MessageType.REQUEST_V2;
        long timestamp = Received.NOW - random.nextInt(1_000_000);
        long start = random.nextInt(3);
        long created = random.nextInt(3);
        NativeHistogram histogram = random.nextInt(4) == 0 ? custom(random) : exponential(random);
        TestRequest request = TestRequest.of(new TestRequest.Series(
                List.of("__name__", "h", "job", "j"),
                List.of(),
                List.of(message(histogram, timestamp, start)),
                List.of(),
                new TestRequest.Metadata(3, "Help \"" + random.nextInt() + "\"", "seconds"),
                created));
        request.family(3, "h", "Of 1.0", "bytes");

        Received received = Received.decode(type, request.encode(type));

        assertThat(received.refusals()).isEmpty();
        assertThat(received.items("__name__", "h", "job", "j"))
                .containsExactly(new Received.Histogram(timestamp, v2 ? (start != 0 ? start : created) : 0, histogram));
        String help = v2 ? request.series.get(0).metadata().help() : "Of 1.0";
        assertThat(received.metadata)
                .containsExactly(new Received.Metadata("histogram", "h", help, v2 ? "seconds" : "bytes"));
    }

    private static NativeHistogram exponential(Random random) {
        boolean integer = random.nextBoolean();
        int[] positive = spans(random);
        int[] negative = spans(random);
        double[] positiveCounts = counts(random, positive, integer);
        double[] negativeCounts = counts(random, negative, integer);
        double zero = count(random, integer);
        double sum = random.nextInt(4) == 0 ? Double.longBitsToDouble(random.nextLong()) : random.nextGaussian();
        return new NativeHistogram(
                integer,
                ResetHint.values()[random.nextInt(4)],
                random.nextInt(13) - 4,
                random.nextInt(2) * random.nextDouble(),
                zero,
                integer ? zero + sum(positiveCounts) + sum(negativeCounts) : count(random, false),
                sum,
                positive,
                positiveCounts,
                negative,
                negativeCounts,
                NONE);
    }

    private static NativeHistogram custom(Random random) {
        boolean integer = random.nextBoolean();
        double[] bounds = new double[1 + random.nextInt(20)];
        double bound = random.nextGaussian();
        for (int i = 0; i < bounds.length; i++) {
            bounds[i] = bound;
            bound += 1e-3 + random.nextDouble();
        }
        int first = random.nextInt(bounds.length);
        int[] spans = {first, 1 + random.nextInt(bounds.length + 1 - first)};
        double[] counts = counts(random, spans, integer);
        return new NativeHistogram(
                integer,
                ResetHint.values()[random.nextInt(4)],
                NativeHistogram.CUSTOM_BUCKETS,
                0,
                0,
                integer ? sum(counts) : count(random, false),
                random.nextGaussian(),
                spans,
                counts,
                new int[0],
                NONE,
                bounds);
    }

    private static int[] spans(Random random) {
        int[] spans = new int[2 * random.nextInt(4)];
        for (int i = 0; i < spans.length; i += 2) {
            spans[i] = i == 0 ? random.nextInt(100) - 50 : random.nextInt(20);
            spans[i + 1] = 1 + random.nextInt(9);
        }
        return spans;
    }

    private static double[] counts(Random random, int[] spans, boolean integer) {
        int buckets = 0;
        for (int i = 1; i < spans.length; i += 2) {
            buckets += spans[i];
        }
        double[] counts = new double[buckets];
        for (int i = 0; i < buckets; i++) {
            counts[i] = count(random, integer);
        }
        return counts;
    }

    private static double count(Random random, boolean integer) {
        return integer ? random.nextInt(1 << random.nextInt(20)) : random.nextDouble() * 1000;
    }

    private static double sum(double[] counts) {
        double sum = 0;
        for (double count : counts) {
            sum += count;
        }
        return sum;
    }

    private static TestRequest.Histogram message(NativeHistogram histogram, long timestamp, long start) {
        boolean integer = histogram.integer();
        return new TestRequest.Histogram(
                integer ? Long.valueOf((long) histogram.count()) : null,
                integer ? null : Double.valueOf(histogram.count()),
                histogram.sum(),
                histogram.schema(),
                histogram.zeroThreshold(),
                integer ? Long.valueOf((long) histogram.zeroCount()) : null,
                integer ? null : Double.valueOf(histogram.zeroCount()),
                histogram.negativeSpans(),
                integer ? deltas(histogram.negativeCounts()) : new long[0],
                integer ? NONE : histogram.negativeCounts(),
                histogram.positiveSpans(),
                integer ? deltas(histogram.positiveCounts()) : new long[0],
                integer ? NONE : histogram.positiveCounts(),
                histogram.resetHint().ordinal(),
                timestamp,
                histogram.customValues(),
                start);
    }

    private static long[] deltas(double[] counts) {
        long[] deltas = new long[counts.length];
        for (int i = 0; i < counts.length; i++) {
            deltas[i] = (long) (counts[i] - (i == 0 ? 0 : counts[i - 1]));
        }
        return deltas;
    }
}
