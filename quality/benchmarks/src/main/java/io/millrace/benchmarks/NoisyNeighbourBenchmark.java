package io.millrace.benchmarks;

import io.millrace.model.TenantLimits;
import io.millrace.testkit.cluster.ClusterProcess;
import io.millrace.testkit.cluster.ClusterSettings;
import io.millrace.testkit.cluster.MillraceCluster;
import io.millrace.testkit.generator.MachineTarget;
import io.millrace.testkit.prometheus.PrometheusApi;
import io.millrace.testkit.prometheus.RawSeries;
import io.millrace.testkit.remotewrite.RemoteWriteRequest;
import io.millrace.testkit.remotewrite.WriteClient;
import io.millrace.testkit.remotewrite.WriteSeries;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

/**
 * A quiet tenant beside a noisy one: how long it takes from the 2xx until a sample of the quiet one is in the answer of a
 * query, first alone, then while the other sends a hundred times its limit, a new label value in every sample, and series
 * of ten thousand labels, all at the same time. Also how much memory each process takes.
 */
final class NoisyNeighbourBenchmark {
    private static final int LIMIT_SAMPLES_PER_SECOND = 1_000;
    private static final int LIMIT_SERIES = 10_000;
    private static final int FLOOD_SAMPLES_PER_SECOND = 100 * LIMIT_SAMPLES_PER_SECOND;
    private static final int FLOOD_THREADS = 4;
    private static final int SAMPLES_PER_REQUEST = 2_000;
    private static final int NEW_SERIES_PER_SECOND = 1_000;
    private static final int MANY_LABELS = 10_000;
    private static final long PROBE_EVERY_MS = 50;
    private static final long LOOK_EVERY_MS = 20;
    private static final int WARM_UP_SECONDS = 30;
    private static final int PHASE_SECONDS = 60;

    private final PrintStream out;
    private final MillraceCluster cluster;
    private final AtomicBoolean over = new AtomicBoolean();
    private final List<Thread> threads = new ArrayList<>();
    private final Map<String, LongAdder> answers = new ConcurrentHashMap<>();
    /** Number of a probe, which is its value, to the time of its acknowledgement. */
    private final Map<Long, Long> acknowledged = new ConcurrentHashMap<>();

    private final Map<Long, Long> seen = new ConcurrentHashMap<>();

    private NoisyNeighbourBenchmark(MillraceCluster cluster, PrintStream out) {
        this.cluster = cluster;
        this.out = out;
    }

    static void run(PrintStream out) throws Exception {
        Path folder = Files.createTempDirectory("noisy-neighbour");
        ClusterSettings settings = ClusterSettings.in(folder)
                .withServices(1, 1)
                .withInstances("quiet", "noisy")
                .withOptions("-Xmx512m", "-XX:+UseG1GC", "-XX:+ExitOnOutOfMemoryError");
        try (MillraceCluster cluster = new MillraceCluster(settings)) {
            TenantLimits defaults = TenantLimits.DEFAULT;
            cluster.limit(
                    "noisy",
                    new TenantLimits(
                            defaults.maxLabelsPerSeries(),
                            defaults.maxLabelNameBytes(),
                            defaults.maxLabelValueBytes(),
                            defaults.maxLabelsBytes(),
                            defaults.futureWindow(),
                            defaults.pastWindow(),
                            LIMIT_SERIES,
                            LIMIT_SAMPLES_PER_SECOND));
            cluster.startServices();
            while (!cluster.isReady()) {
                TimeUnit.MILLISECONDS.sleep(200);
            }
            new NoisyNeighbourBenchmark(cluster, out).run();
        }
    }

    private void run() throws Exception {
        start("quiet", this::quiet);
        start("probe", this::probe);
        start("look", this::look);
        TimeUnit.SECONDS.sleep(WARM_UP_SECONDS);
        out.println("| what | probes | p50 ms | p99 ms | most ms | never seen |");
        out.println("|---|---|---|---|---|---|");
        double idle = phase("alone");
        memory("alone");
        for (int i = 0; i < FLOOD_THREADS; i++) {
            int number = i;
            start("flood-" + i, () -> flood(number));
        }
        start("bomb", this::bomb);
        start("many-labels", this::manyLabels);
        TimeUnit.SECONDS.sleep(WARM_UP_SECONDS / 3);
        double beside = phase("beside the noisy one");
        memory("beside the noisy one");
        over.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
        out.printf(Locale.ROOT, "%np99 beside the noisy one is %.2f times p99 alone%n", beside / idle);
        out.println("answers to the noisy one: " + new TreeMap<>(answers));
    }

    private interface Work {
        void run() throws Exception;
    }

    private void start(String name, Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (Exception e) {
                        out.println(name + " has ended: " + e);
                    }
                },
                name);
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    /** An ordinary machine, every five seconds. */
    private void quiet() throws Exception {
        WriteClient client = cluster.writeClient("quiet");
        MachineTarget machine = new MachineTarget(1);
        while (!over.get()) {
            client.send1(machine.scrape(System.currentTimeMillis()));
            TimeUnit.SECONDS.sleep(5);
        }
    }

    private void probe() throws Exception {
        WriteClient client = cluster.writeClient("quiet");
        for (long number = 1; !over.get(); number++) {
            WriteSeries series = WriteSeries.of("__name__", "probe").sample(System.currentTimeMillis(), number);
            if (client.send1(RemoteWriteRequest.of(series)).statusCode() / 100 == 2) {
                acknowledged.put(number, System.nanoTime());
            }
            TimeUnit.MILLISECONDS.sleep(PROBE_EVERY_MS);
        }
    }

    private void look() throws Exception {
        PrometheusApi api = cluster.queryApi("quiet");
        while (!over.get()) {
            try {
                List<RawSeries> found = api.matrix("probe[10s]", System.currentTimeMillis() + 1_000);
                long now = System.nanoTime();
                for (RawSeries series : found) {
                    for (RawSeries.RawSample sample : series.samples()) {
                        seen.putIfAbsent((long) Double.longBitsToDouble(sample.bits()), now);
                    }
                }
            } catch (IOException e) {
                answers.computeIfAbsent("quiet query failed", what -> new LongAdder())
                        .increment();
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MS);
        }
    }

    /** Returns the 99th percentile of the freshness of the probes sent in the next minute, in ms. */
    private double phase(String name) throws InterruptedException {
        long from = System.nanoTime();
        TimeUnit.SECONDS.sleep(PHASE_SECONDS);
        long to = System.nanoTime();
        TimeUnit.SECONDS.sleep(5);
        List<Double> times = new ArrayList<>();
        int missing = 0;
        for (Map.Entry<Long, Long> probe : acknowledged.entrySet()) {
            if (probe.getValue() >= from && probe.getValue() < to) {
                Long at = seen.get(probe.getKey());
                if (at == null) {
                    missing++;
                } else {
                    times.add(Math.max(0, at - probe.getValue()) / 1e6);
                }
            }
        }
        times.sort(null);
        double p99 = times.isEmpty() ? Double.NaN : times.get((int) (times.size() * 0.99));
        out.printf(
                Locale.ROOT,
                "| %s | %d | %.0f | %.0f | %.0f | %d |%n",
                name,
                times.size(),
                times.isEmpty() ? Double.NaN : times.get(times.size() / 2),
                p99,
                times.isEmpty() ? Double.NaN : times.get(times.size() - 1),
                missing);
        return p99;
    }

    private void memory(String when) throws IOException {
        StringBuilder text = new StringBuilder("resident memory " + when + ":");
        for (ClusterProcess process : cluster.processes()) {
            Path status = Path.of("/proc", Long.toString(process.pid()), "status");
            if (Files.isReadable(status)) {
                String rss = Files.readAllLines(status).stream()
                        .filter(line -> line.startsWith("VmRSS:"))
                        .findFirst()
                        .orElse("VmRSS: 0 kB");
                long kib = Long.parseLong(rss.replaceAll("[^0-9]", ""));
                text.append(' ')
                        .append(process.name())
                        .append(' ')
                        .append(kib / 1024)
                        .append(" MiB,");
            }
        }
        out.println(text.substring(0, text.length() - 1));
    }

    /** The same thousands of series, as fast as a hundred times the limit allows. */
    private void flood(int thread) throws Exception {
        WriteClient client = cluster.writeClient("noisy");
        long pauseNanos = TimeUnit.SECONDS.toNanos(1) * FLOOD_THREADS * SAMPLES_PER_REQUEST / FLOOD_SAMPLES_PER_SECOND;
        long next = System.nanoTime();
        while (!over.get()) {
            RemoteWriteRequest request = new RemoteWriteRequest();
            long now = System.currentTimeMillis();
            for (int i = 0; i < SAMPLES_PER_REQUEST; i++) {
                request.add(WriteSeries.of("__name__", "flood", "number", Integer.toString(i), "thread", "" + thread)
                        .sample(now, i));
            }
            send(client, "flood", request);
            next = Math.max(next + pauseNanos, System.nanoTime() - pauseNanos);
            TimeUnit.NANOSECONDS.sleep(Math.max(0, next - System.nanoTime()));
        }
    }

    private void bomb() throws Exception {
        WriteClient client = cluster.writeClient("noisy");
        for (long number = 0; !over.get(); ) {
            RemoteWriteRequest request = new RemoteWriteRequest();
            long now = System.currentTimeMillis();
            for (int i = 0; i < NEW_SERIES_PER_SECOND / 4; i++) {
                request.add(WriteSeries.of("__name__", "bomb", "request_id", Long.toString(number++))
                        .sample(now, 1));
            }
            send(client, "new label values", request);
            TimeUnit.MILLISECONDS.sleep(250);
        }
    }

    private void manyLabels() throws Exception {
        WriteClient client = cluster.writeClient("noisy");
        while (!over.get()) {
            String[] labels = new String[2 * MANY_LABELS];
            for (int i = 0; i < MANY_LABELS; i++) {
                labels[2 * i] = i == 0 ? "__name__" : String.format(Locale.ROOT, "label_%05d", i);
                labels[2 * i + 1] = "value";
            }
            send(
                    client,
                    "many labels",
                    RemoteWriteRequest.of(WriteSeries.of(labels).sample(System.currentTimeMillis(), 1)));
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    private void send(WriteClient client, String what, RemoteWriteRequest request) throws InterruptedException {
        String answer;
        try {
            answer = Integer.toString(client.send1(request).statusCode());
        } catch (IOException e) {
            answer = "no answer";
        }
        answers.computeIfAbsent(what + " " + answer, key -> new LongAdder()).increment();
    }
}
