package io.millrace.benchmarks;

import io.millrace.embedded.CassandraNode;
import io.millrace.embedded.CassandraNodeSettings;
import io.millrace.embedded.KafkaNode;
import io.millrace.embedded.KafkaNodeSettings;
import io.millrace.model.SeriesId;
import io.millrace.model.TenantId;
import io.millrace.runtime.config.Configuration;
import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.kafka.TopicAdmin;
import io.millrace.runtime.kafka.Topics;
import io.millrace.testkit.generator.GeneratedSeries;
import io.millrace.testkit.generator.MachineTarget;
import io.millrace.wire.Partitions;
import io.millrace.wire.labels.CanonicalLabels;
import io.millrace.wire.openchunks.OpenChunkRequest;
import io.millrace.wire.openchunks.OpenChunkResponseReader;
import io.millrace.wire.openchunks.OpenPartition;
import io.millrace.wire.record.SampleBatchWriter;
import io.millrace.wire.record.SeriesRecord;
import io.millrace.writer.WriterMain;
import io.millrace.writer.WriterSettings;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The whole writer process on a real broker with 6 partitions and a real Cassandra node: CPU of writer and Cassandra in
 * steady state, heap for each series, how long a killed writer takes until it shows everything again, and bytes on disk.
 *
 * <p>Records carry receive times 15 seconds apart, so one flush interval of 20 minutes is 80 rounds of all series. Some
 * intervals warm up both JVMs; the last one is measured and contains exactly one flush of every series. Its records lie in
 * Kafka before the clock runs, so the rate is that of catching up.
 */
final class WriterBenchmark {
    private static final int PARTITIONS = 6;
    private static final int ROUNDS = 80;
    private static final long SCRAPE_MS = 15_000;

    /** A new Cassandra node takes a minute under load until what it does is compiled. */
    private static final long WARM_UP_SAMPLES = Long.getLong("writer.warm-up", 48_000_000);

    private static final TenantId TENANT = new TenantId("demo");
    private static final byte[] KEY = TENANT.value().getBytes(StandardCharsets.UTF_8);

    /** What a request of 2,000 samples leaves for each of 6 partitions. */
    private static final int SERIES_IN_A_RECORD = 333;

    private final PrintStream out;
    private final Path folder;
    private final List<String> jvmArguments;
    private final Map<String, String> environment = new HashMap<>();
    private final HttpClient http = HttpClient.newHttpClient();
    private int writerPort;

    private record Target(GeneratedSeries series, SeriesId id) {}

    private WriterBenchmark(Path folder, List<String> jvmArguments, PrintStream out) {
        this.folder = folder;
        this.jvmArguments = jvmArguments;
        this.out = out;
    }

    /** @param jvmArguments of the writer, such as those of a profiler */
    static void run(PrintStream out, int series, List<String> jvmArguments) throws Exception {
        Path folder = Files.createTempDirectory("writer-benchmark");
        try {
            new WriterBenchmark(folder, jvmArguments, out).measure(series);
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
            }
        }
    }

    private void measure(int number) throws Exception {
        List<List<Target>> targets = targets(number);
        int warmUp = (int) Math.max(1, WARM_UP_SAMPLES / ((long) number * ROUNDS)) * ROUNDS;
        try (KafkaNode broker = KafkaNode.start(KafkaNodeSettings.in(folder.resolve("kafka")));
                CassandraNode cassandra = CassandraNode.start(CassandraNodeSettings.in(folder.resolve("cassandra")))) {
            WriterSettings settings = settings(broker, cassandra);
            TopicAdmin.ensure(settings.kafka());
            long startMs = System.currentTimeMillis() - (warmUp + ROUNDS + 4) * SCRAPE_MS;
            long lastMs = startMs + (warmUp + ROUNDS - 1) * SCRAPE_MS;
            Process writer = start(jvmArguments);
            try {
                try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(producer(settings))) {
                    announce(producer, settings, targets, startMs);
                    send(producer, settings, targets, startMs, 0, warmUp);
                    awaitReceived(startMs + (warmUp - 1) * SCRAPE_MS);
                    signal(writer, "STOP");
                    send(producer, settings, targets, startMs, warmUp, warmUp + ROUNDS);
                }
                steadyState(writer, cassandra, number, lastMs);
                if (!jvmArguments.isEmpty()) {
                    jcmd(writer, "JFR.dump"); // if it records: the kill below leaves it no time
                }
                out.printf(Locale.ROOT, "heap after a collection: %s%n", heap(writer));
                jcmd(writer, "GC.class_histogram").lines().limit(16).forEach(out::println);
                writer.destroyForcibly().waitFor();
                long begin = System.nanoTime();
                writer = start(List.of());
                awaitReceived(lastMs);
                out.printf(
                        Locale.ROOT,
                        "from kill -9 to everything readable, JVM start included: %.1f s%n",
                        (System.nanoTime() - begin) / 1e9);
                writer.destroy();
                writer.waitFor();
            } finally {
                writer.destroyForcibly().waitFor();
            }
            cassandra.close(); // drains: all memtables become files
            long bytes = chunkTableBytes(folder.resolve("cassandra"));
            out.printf(
                    Locale.ROOT,
                    "chunk tables on disk, not merged: %.2f bytes a sample%n",
                    (double) bytes / ((long) number * (warmUp + ROUNDS)));
        }
    }

    private void steadyState(Process writer, CassandraNode cassandra, int number, long lastMs) throws Exception {
        ThreadTimes writerBefore = ThreadTimes.of(writer.pid());
        ThreadTimes cassandraBefore = ThreadTimes.of(cassandra.pid());
        long begin = System.nanoTime();
        signal(writer, "CONT");
        awaitReceived(lastMs);
        double seconds = (System.nanoTime() - begin) / 1e9;
        ThreadTimes writerTimes = ThreadTimes.of(writer.pid()).since(writerBefore);
        ThreadTimes cassandraTimes = ThreadTimes.of(cassandra.pid()).since(cassandraBefore);
        double millions = (double) number * ROUNDS / 1e6;
        double liveRate = number * 1e3 / SCRAPE_MS;
        out.printf(
                Locale.ROOT,
                "%,d series: %,.0f million samples in %.1f s, %.1f times the live rate; CPU s / 1 M samples: writer"
                        + " %.3f, Cassandra %.3f, together %.3f%n",
                number,
                millions,
                seconds,
                millions * 1e6 / seconds / liveRate,
                writerTimes.seconds() / millions,
                cassandraTimes.seconds() / millions,
                (writerTimes.seconds() + cassandraTimes.seconds()) / millions);
        out.println("writer, CPU s / 1 M samples by threads: " + writerTimes.per(millions));
        out.println("Cassandra, CPU s / 1 M samples by threads: " + cassandraTimes.per(millions));
    }

    private WriterSettings settings(KafkaNode broker, CassandraNode cassandra) throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            writerPort = free.getLocalPort();
        }
        put("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
        put("KAFKA_PARTITIONS", Integer.toString(PARTITIONS));
        put("KAFKA_REPLICATION_FACTOR", "1");
        put("KAFKA_MIN_IN_SYNC_REPLICAS", "1");
        put("CASSANDRA_CONTACT_POINTS", "127.0.0.1:" + cassandra.port());
        put("CASSANDRA_DATACENTER", cassandra.datacenter());
        put("CASSANDRA_REPLICATION_FACTOR", "1");
        put("INTERNAL_HOST", "127.0.0.1");
        put("INTERNAL_PORT", Integer.toString(writerPort));
        put("INTERNAL_ADVERTISED_ADDRESS", "127.0.0.1:" + writerPort);
        // The writer is stopped for minutes while the load is laid down.
        put("SESSION_TIMEOUT", "5m");
        return Configuration.load(WriterSettings.class, null, environment);
    }

    private void put(String key, String value) {
        environment.put("MILLRACE_WRITER_" + key, value);
    }

    private static List<List<Target>> targets(int number) {
        List<List<Target>> partitions = new ArrayList<>();
        for (int i = 0; i < PARTITIONS; i++) {
            partitions.add(new ArrayList<>());
        }
        int made = 0;
        for (int machine = 0; made < number; machine++) {
            for (GeneratedSeries series : new MachineTarget(machine).series()) {
                if (made++ == number) {
                    break;
                }
                SeriesId id = CanonicalLabels.id(series.labels());
                partitions
                        .get(Partitions.partition(id.high(), id.low(), PARTITIONS))
                        .add(new Target(series, id));
            }
        }
        return partitions;
    }

    private static Map<String, Object> producer(WriterSettings settings) {
        Map<String, Object> config = KafkaClients.producer(settings.kafka(), "bench-sender");
        config.put("linger.ms", 5);
        config.put("batch.size", 512 << 10);
        return config;
    }

    private static void announce(
            KafkaProducer<byte[], byte[]> producer, WriterSettings settings, List<List<Target>> targets, long timeMs) {
        int day = (int) (timeMs / 86_400_000);
        for (int partition = 0; partition < PARTITIONS; partition++) {
            for (Target target : targets.get(partition)) {
                SeriesRecord record = new SeriesRecord(
                        TENANT,
                        day,
                        target.id(),
                        timeMs,
                        CanonicalLabels.encode(target.series().labels()));
                send(producer, Topics.of(settings.kafka()).series(), partition, record.key(), record.value());
            }
        }
        producer.flush();
    }

    private static void send(
            KafkaProducer<byte[], byte[]> producer,
            WriterSettings settings,
            List<List<Target>> targets,
            long startMs,
            int from,
            int to) {
        String topic = Topics.of(settings.kafka()).samples();
        SampleBatchWriter batch = new SampleBatchWriter();
        for (int round = from; round < to; round++) {
            long timeMs = startMs + round * SCRAPE_MS;
            for (int partition = 0; partition < PARTITIONS; partition++) {
                List<Target> all = targets.get(partition);
                for (int at = 0; at < all.size(); at += SERIES_IN_A_RECORD) {
                    batch.begin(timeMs + 50);
                    for (Target target : all.subList(at, Math.min(at + SERIES_IN_A_RECORD, all.size()))) {
                        batch.series(target.id().high(), target.id().low());
                        batch.sample(
                                timeMs,
                                0,
                                Double.doubleToRawLongBits(target.series().valueAt(timeMs)));
                    }
                    send(producer, topic, partition, KEY, batch.toByteArray());
                }
            }
        }
        producer.flush();
    }

    private static void send(
            KafkaProducer<byte[], byte[]> producer, String topic, int partition, byte[] key, byte[] value) {
        var unused = producer.send(new ProducerRecord<>(topic, partition, key, value), (metadata, failure) -> {
            if (failure != null) {
                throw new IllegalStateException(failure);
            }
        });
    }

    /** Until the writer has taken in what was received at this time, in every partition, and there is no more. */
    private void awaitReceived(long receivedMs) throws Exception {
        long deadline = System.nanoTime() + Duration.ofMinutes(15).toNanos();
        while (System.nanoTime() < deadline) {
            List<OpenPartition> partitions = status();
            if (partitions.size() == PARTITIONS
                    && partitions.stream()
                            .allMatch(each -> each.state() == OpenPartition.State.READY
                                    && each.receivedUntilMs() >= receivedMs
                                    && each.recordsBehind() == 0)) {
                return;
            }
            Thread.sleep(50);
        }
        throw new IllegalStateException("the writer does not catch up: " + status() + "; see " + folder);
    }

    private List<OpenPartition> status() throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + writerPort + OpenChunkRequest.PATH))
                .timeout(Duration.ofSeconds(30))
                .POST(HttpRequest.BodyPublishers.ofByteArray(new OpenChunkRequest(TENANT, 0, 0, List.of()).encode()))
                .build();
        List<OpenPartition> found = new ArrayList<>();
        try {
            HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
            if (response.statusCode() == 200) {
                OpenChunkResponseReader.read(new ByteArrayInputStream(response.body()), chunk -> {}, found::add);
            }
        } catch (IOException e) {
            return List.of(); // not up yet
        }
        return found;
    }

    private Process start(List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx2g");
        command.addAll(arguments);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), WriterMain.class.getName()));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        return builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("writer.log").toFile()))
                .start();
    }

    private static String heap(Process process) throws Exception {
        jcmd(process, "GC.run");
        for (String line : jcmd(process, "GC.heap_info").lines().toList()) {
            if (line.contains("used")) {
                return line.strip();
            }
        }
        return "unknown";
    }

    private static String jcmd(Process process, String command) throws Exception {
        Process jcmd = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(process.pid()),
                        command)
                .redirectErrorStream(true)
                .start();
        String text = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        jcmd.waitFor();
        return text;
    }

    private static void signal(Process process, String name) throws Exception {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    private static long chunkTableBytes(Path node) throws IOException {
        try (Stream<Path> files = Files.walk(node)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> file.toString().contains("/chunks_"))
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }
}
