package io.millrace.benchmarks;

import io.millrace.embedded.KafkaNode;
import io.millrace.embedded.KafkaNodeSettings;
import io.millrace.processor.ProcessorMain;
import io.millrace.processor.ProcessorSettings;
import io.millrace.runtime.config.Configuration;
import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.kafka.TopicAdmin;
import io.millrace.runtime.kafka.Topics;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * The whole processor process on a real broker with 6 partitions and two threads: CPU of process and broker for new and
 * for known series, and how long the state takes to come back after a kill. The rounds lie in {@code received} before the
 * processor gets to them; it is done when its committed offsets have reached the end.
 */
final class ProcessorBenchmark {
    private static final int PARTITIONS = 6;
    private static final byte[] TENANT = "demo".getBytes(StandardCharsets.UTF_8);
    private static final long MIN_SAMPLES = 10_000_000;

    private final PrintStream out;
    private final Path folder;
    private final Map<String, String> environment = new HashMap<>();

    private ProcessorBenchmark(Path folder, PrintStream out) {
        this.folder = folder;
        this.out = out;
    }

    /** Measures with each number of series in turn. */
    static void run(PrintStream out, int... series) throws Exception {
        Path folder = Files.createTempDirectory("processor-benchmark");
        try {
            new ProcessorBenchmark(folder, out).run(series);
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
            }
        }
    }

    private void run(int... series) throws Exception {
        out.println("| what | samples | seconds | samples/s | processor CPU s / 1 M | broker CPU s / 1 M |");
        out.println("|---|---|---|---|---|---|");
        try (KafkaNode broker = KafkaNode.start(KafkaNodeSettings.in(folder.resolve("kafka")))) {
            for (int number : series) {
                measure(broker, number);
            }
        }
    }

    private void measure(KafkaNode broker, int series) throws Exception {
        environment.put("MILLRACE_PROCESSOR_KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
        environment.put("MILLRACE_PROCESSOR_KAFKA_TOPIC_PREFIX", "bench-" + series + "-");
        environment.put("MILLRACE_PROCESSOR_KAFKA_PARTITIONS", Integer.toString(PARTITIONS));
        environment.put("MILLRACE_PROCESSOR_KAFKA_REPLICATION_FACTOR", "1");
        environment.put("MILLRACE_PROCESSOR_KAFKA_MIN_IN_SYNC_REPLICAS", "1");
        environment.put("MILLRACE_PROCESSOR_INSTANCE_ID", "bench");
        environment.put(
                "MILLRACE_PROCESSOR_STATE_DIRECTORY",
                folder.resolve("state-" + series).toString());
        ProcessorSettings settings = Configuration.load(ProcessorSettings.class, null, environment);
        TopicAdmin.ensure(settings.kafka());
        List<List<byte[]>> batches = ReceivedBatches.of(series, PARTITIONS, System.currentTimeMillis());
        int rounds = (int) Math.max(MIN_SAMPLES / series, 3);
        Process processor = start();
        try (Admin admin = Admin.create(KafkaClients.common(settings.kafka(), "bench-admin"))) {
            Progress progress = new Progress(admin, settings);
            send(settings, batches, 1);
            progress.awaitEnd();
            processor.destroy();
            processor.waitFor();
            processor = start();
            // Warm-up of the JIT with known series.
            send(settings, batches, rounds / 2 + 1);
            progress.awaitEnd();
            // The load lies ready before the clock runs, so that the sender's share of the machine is not in the rate.
            signal(processor, "STOP");
            send(settings, batches, rounds);
            signal(processor, "CONT");
            measure(series + " known", processor, broker, (long) rounds * series, progress);
            processor.destroyForcibly().waitFor();
            long start = System.nanoTime();
            processor = start();
            send(
                    settings,
                    batches.subList(0, PARTITIONS).stream()
                            .map(all -> all.subList(0, 1))
                            .toList(),
                    1);
            progress.awaitEnd();
            double seconds = (System.nanoTime() - start) / 1e9;
            out.printf(
                    Locale.ROOT,
                    "| %d: from a kill to the next sample, JVM start and restore included | | %.1f | | | |%n",
                    series,
                    seconds);
            out.printf(
                    Locale.ROOT,
                    "| %d: of it reading the state back, slowest partition | | %.1f | | | |%n",
                    series,
                    slowestRestoreMillis() / 1e3);
        } finally {
            processor.destroyForcibly().waitFor();
        }
    }

    private void measure(String what, Process processor, KafkaNode broker, long samples, Progress progress)
            throws Exception {
        ProcessHandle node = ProcessHandle.of(broker.pid()).orElseThrow();
        Duration before = cpu(processor.toHandle());
        Duration brokerBefore = cpu(node);
        long start = System.nanoTime();
        progress.awaitEnd();
        double seconds = (System.nanoTime() - start) / 1e9;
        out.printf(
                Locale.ROOT,
                "| %s | %,d | %.1f | %,.0f | %.3f | %.3f |%n",
                what,
                samples,
                seconds,
                samples / seconds,
                cpu(processor.toHandle()).minus(before).toNanos() / 1e3 / samples,
                cpu(node).minus(brokerBefore).toNanos() / 1e3 / samples);
    }

    /** Of the restores since the processor was last started, by its log. */
    private long slowestRestoreMillis() throws IOException {
        List<String> lines = Files.readAllLines(folder.resolve("processor.log"));
        int from = 0;
        for (int i = 0; i < lines.size(); i++) {
            from = lines.get(i).contains("processor state=REBALANCING before=CREATED") ? i : from;
        }
        return lines.subList(from, lines.size()).stream()
                .filter(line -> line.contains("state restored"))
                .mapToLong(line -> Long.parseLong(line.substring(line.lastIndexOf("millis=") + "millis=".length())))
                .max()
                .orElse(-1);
    }

    private static Duration cpu(ProcessHandle process) {
        return process.info().totalCpuDuration().orElseThrow();
    }

    private static void send(ProcessorSettings settings, List<List<byte[]>> batches, int rounds) {
        String topic = Topics.of(settings.kafka()).received();
        Map<String, Object> config = KafkaClients.producer(settings.kafka(), "bench-sender");
        config.put("linger.ms", 5);
        config.put("batch.size", 512 << 10);
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(config)) {
            for (int round = 0; round < rounds; round++) {
                for (int partition = 0; partition < PARTITIONS; partition++) {
                    for (byte[] batch : batches.get(partition)) {
                        var unused = producer.send(
                                new ProducerRecord<>(topic, partition, TENANT, batch), (metadata, failure) -> {
                                    if (failure != null) {
                                        throw new IllegalStateException(failure);
                                    }
                                });
                    }
                }
            }
        }
    }

    private Process start() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-cp",
                System.getProperty("java.class.path"),
                ProcessorMain.class.getName());
        builder.environment().putAll(environment);
        return builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("processor.log").toFile()))
                .start();
    }

    private static void signal(Process process, String name) throws Exception {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    /** Asks how far the processor has committed. */
    private record Progress(Admin admin, ProcessorSettings settings) {
        void awaitEnd() throws Exception {
            String group = settings.kafka().topicPrefix() + "processor";
            Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
            for (int partition = 0; partition < PARTITIONS; partition++) {
                latest.put(new TopicPartition(Topics.of(settings.kafka()).received(), partition), OffsetSpec.latest());
            }
            var ends = admin.listOffsets(latest).all().get();
            while (true) {
                var committed = admin.listConsumerGroupOffsets(group)
                        .partitionsToOffsetAndMetadata()
                        .get();
                boolean done = ends.entrySet().stream().allMatch(end -> {
                    var offset = committed.get(end.getKey());
                    return offset != null && offset.offset() >= end.getValue().offset();
                });
                if (done) {
                    return;
                }
                Thread.sleep(20);
            }
        }
    }
}
