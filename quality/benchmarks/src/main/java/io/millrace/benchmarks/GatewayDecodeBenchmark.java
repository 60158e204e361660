package io.millrace.benchmarks;

import io.millrace.model.TenantLimits;
import io.millrace.testkit.remotewrite.RemoteWriteRequest;
import io.millrace.testkit.remotewrite.WriteSeries;
import io.millrace.wire.remotewrite.MessageType;
import io.millrace.wire.remotewrite.PartitionedBatches;
import io.millrace.wire.remotewrite.RemoteWriteDecoder;
import io.millrace.wire.remotewrite.RequestLimits;
import io.millrace.wire.remotewrite.SnappyBody;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * The gateway's work on a request between reading it and handing it to the Kafka client: inflate, decode, check, hash,
 * encode into batches for six partitions. Requests of 1,000 samples with 11 labels, about 240 raw bytes each, 20,000
 * series in all. Single-threaded.
 */
final class GatewayDecodeBenchmark {
    static final int REQUESTS = 20;
    static final int SAMPLES = 1_000;
    private static final int PARTITIONS = 6;
    private static final int SLACK = RemoteWriteDecoder.SLACK;

    /**
     * Series of one target that follow each other. 1 is the hardest: five labels of eleven differ from series to series. A
     * Prometheus sends what it scrapes target by target, hundreds of series each.
     */
    private static final int SERIES_OF_TARGET = Integer.getInteger("gateway.series-of-target", 1);

    private final Stopwatch stopwatch;
    private final PrintStream out;
    private final RemoteWriteDecoder decoder = new RemoteWriteDecoder(RequestLimits.DEFAULT);
    private final PartitionedBatches batches = new PartitionedBatches(PARTITIONS);
    private final byte[] inflated = new byte[2 << 20];

    private GatewayDecodeBenchmark(Stopwatch stopwatch, PrintStream out) {
        this.stopwatch = stopwatch;
        this.out = out;
    }

    static void run(Stopwatch stopwatch, PrintStream out) {
        GatewayDecodeBenchmark benchmark = new GatewayDecodeBenchmark(stopwatch, out);
        out.println("| what | samples/s on one core | CPU s / 1 M samples | bytes allocated / sample |");
        out.println("|---|---|---|---|");
        benchmark.version(MessageType.WRITE_REQUEST_V1, true);
        benchmark.version(MessageType.REQUEST_V2, true);
        benchmark.version(MessageType.WRITE_REQUEST_V1, false);
    }

    /** Requests of 1.0 inflated and decoded by the calling thread, each of them once; to tell how fast the machine is now. */
    static LongSupplier inflateAndDecode() {
        GatewayDecodeBenchmark benchmark =
                new GatewayDecodeBenchmark(new Stopwatch(Duration.ZERO, Duration.ZERO, 1), System.out);
        List<byte[]> bodies = new ArrayList<>();
        for (int i = 0; i < REQUESTS; i++) {
            bodies.add(RemoteWriteRequest.snappy(
                    request(i, true, TypicalSeries.START_MS).version1()));
        }
        return () -> benchmark.inflateAndDecode(MessageType.WRITE_REQUEST_V1, bodies);
    }

    private long inflateAndDecode(MessageType type, List<byte[]> bodies) {
        long sum = 0;
        for (byte[] body : bodies) {
            int length = SnappyBody.declaredLength(body, 0, body.length, inflated.length);
            SnappyBody.inflate(body, 0, body.length, inflated, length);
            sum += decode(type, inflated, length);
        }
        return sum;
    }

    private void version(MessageType type, boolean sorted) {
        List<byte[]> messages = new ArrayList<>();
        List<byte[]> bodies = new ArrayList<>();
        long raw = 0;
        long compressed = 0;
        for (int i = 0; i < REQUESTS; i++) {
            RemoteWriteRequest request = request(i, sorted, TypicalSeries.START_MS);
            byte[] message = type == MessageType.WRITE_REQUEST_V1 ? request.version1() : request.version2();
            byte[] body = RemoteWriteRequest.snappy(message);
            raw += message.length;
            compressed += body.length;
            messages.add(java.util.Arrays.copyOf(message, message.length + SLACK));
            bodies.add(body);
        }
        String name = (type == MessageType.WRITE_REQUEST_V1 ? "1.0" : "2.0")
                + (sorted ? "" : ", labels not sorted")
                + String.format(
                        Locale.ROOT,
                        ", %d raw and %d compressed bytes a sample",
                        raw / REQUESTS / SAMPLES,
                        compressed / REQUESTS / SAMPLES);
        report(name + ": decode, check, hash, encode", stopwatch.measure((long) REQUESTS * SAMPLES, () -> {
            long sum = 0;
            for (byte[] message : messages) {
                sum += decode(type, message, message.length - SLACK);
            }
            return sum;
        }));
        report(
                name + ": the same and inflate",
                stopwatch.measure((long) REQUESTS * SAMPLES, () -> inflateAndDecode(type, bodies)));
    }

    private long decode(MessageType type, byte[] message, int length) {
        batches.begin(TypicalSeries.START_MS);
        int samples = decoder.decode(type, message, 0, length, TenantLimits.DEFAULT, TypicalSeries.START_MS, batches)
                .samples();
        if (samples != SAMPLES) {
            throw new IllegalStateException(samples + " samples instead of " + SAMPLES);
        }
        return batches.finish().size();
    }

    private void report(String what, Stopwatch.Cost cost) {
        out.printf(
                Locale.ROOT,
                "| %s | %,.0f | %.3f | %.1f |%n",
                what,
                1e9 / cost.cpuNanos(),
                cost.secondsPerMillion(),
                cost.allocatedBytes());
    }

    /** A request as one shard of a Prometheus sends it. */
    static RemoteWriteRequest request(int number, boolean sorted, long timeMs) {
        List<WriteSeries> series = new ArrayList<>();
        for (int i = 0; i < SAMPLES; i++) {
            int id = number * SAMPLES + i;
            int target = id / SERIES_OF_TARGET;
            String[] labels = {
                "__name__", "http_request_duration_bucket",
                "cluster", "eu-1",
                "endpoint", "web",
                "handler", "/api/v1/" + id % 100,
                "instance", "10.42." + target / 250 % 250 + "." + target % 250 + ":80",
                "job", "app-endpoints",
                "le", Double.toString(id % 12 * 0.25),
                "method", "GET",
                "namespace", "team-" + target % 17,
                "pod", "app-7d9-" + Integer.toString(target, 36),
                "replica", "a"
            };
            if (!sorted) {
                for (int left = 0, right = labels.length - 2; left < right; left += 2, right -= 2) {
                    swap(labels, left, right);
                    swap(labels, left + 1, right + 1);
                }
            }
            series.add(WriteSeries.of(labels).sample(timeMs - i, id * 1.5));
        }
        return RemoteWriteRequest.of(series);
    }

    private static void swap(String[] array, int left, int right) {
        String kept = array[left];
        array[left] = array[right];
        array[right] = kept;
    }
}
