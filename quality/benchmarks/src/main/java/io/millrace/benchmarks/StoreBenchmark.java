package io.millrace.benchmarks;

import com.sun.tools.attach.VirtualMachine;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.embedded.CassandraNode;
import io.millrace.embedded.CassandraNodeSettings;
import io.millrace.model.Labels;
import io.millrace.model.SampleColumns;
import io.millrace.model.SeriesId;
import io.millrace.model.TenantId;
import io.millrace.runtime.config.Configuration;
import io.millrace.storage.ChunkBucket;
import io.millrace.storage.ChunkPartition;
import io.millrace.storage.ChunkRow;
import io.millrace.storage.MetricChunk;
import io.millrace.storage.PartitionProgress;
import io.millrace.storage.RetentionClass;
import io.millrace.storage.RetentionPolicy;
import io.millrace.storage.SeriesRow;
import io.millrace.storage.cassandra.CassandraStore;
import io.millrace.testkit.generator.GeneratedSeries;
import io.millrace.testkit.generator.MachineTarget;
import io.millrace.wire.chunk.ChunkMerge;
import io.millrace.wire.chunk.XorChunk;
import io.millrace.wire.labels.CanonicalLabels;
import io.millrace.writer.WriterSettings;
import io.millrace.writer.merge.MergeWorker;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * The store on one embedded Cassandra node, with the generator's machines: what merging costs, what a sample takes on disk
 * in all tables together afterwards, and how fast it is read by one thread.
 *
 * <ol>
 *   <li>a day of some machines and six more days of one are written as the writer does, in chunks of 80 samples
 *   <li>they are merged, and Cassandra is told to compact; then its files are counted
 *   <li>10,000 series of one metric are written for the last hour, unmerged
 *   <li>reads are measured, the best of five, Cassandra's page cache warm
 * </ol>
 */
final class StoreBenchmark {
    private static final TenantId TENANT = new TenantId("bench");
    private static final String KEYSPACE = "bench";
    private static final long DAY_MS = 86_400_000;
    private static final int STEP_MS = 15_000;
    private static final int CHUNK = 80;
    private static final int PARTITIONS = 4;
    private static final int ROUNDS = 5;

    private final PrintStream out;
    private final CassandraNode node;
    private final CassandraStore store;
    private final Path data;
    private final int today = (int) (System.currentTimeMillis() / DAY_MS);
    private long samples;
    private long chunkBytes;

    private record Read(String metric, SeriesId id) {}

    private StoreBenchmark(PrintStream out, CassandraNode node, CassandraStore store, Path data) {
        this.data = data;
        this.out = out;
        this.node = node;
        this.store = store;
    }

    static void run(PrintStream out, int machines) throws Exception {
        Path folder = Files.createTempDirectory("store-benchmark");
        try (CassandraNode node = CassandraNode.start(CassandraNodeSettings.in(folder))) {
            WriterSettings settings = Configuration.load(
                    WriterSettings.class,
                    null,
                    Map.of(
                            "MILLRACE_WRITER_CASSANDRA_CONTACT_POINTS",
                            "127.0.0.1:" + node.port(),
                            "MILLRACE_WRITER_CASSANDRA_KEYSPACE",
                            KEYSPACE,
                            "MILLRACE_WRITER_CASSANDRA_REPLICATION_FACTOR",
                            "1"));
            try (CassandraStore store = new CassandraStore(
                    settings.cassandra(),
                    RetentionPolicy.fixed(RetentionClass.DAYS_90),
                    "benchmark",
                    new SimpleMeterRegistry())) {
                store.start();
                new StoreBenchmark(out, node, store, folder.resolve("data").resolve(KEYSPACE)).run(machines);
            }
        } finally {
            delete(folder);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    private void run(int machines) throws Exception {
        int yesterday = today - 1;
        List<GeneratedSeries> one = new MachineTarget(0).series();
        for (int day = yesterday - 6; day < yesterday; day++) {
            write(one, day, 0, DAY_MS);
        }
        for (int machine = 0; machine < machines; machine++) {
            write(new MachineTarget(machine).series(), yesterday, 0, DAY_MS);
        }
        out.printf("written %,d samples, chunks %.3f bytes a sample%n", samples, (double) chunkBytes / samples);
        merge(7);
        compact();
        files();
        List<GeneratedSeries> wide = wide(10_000);
        long lastHour = (System.currentTimeMillis() - today * DAY_MS) / STEP_MS * STEP_MS;
        write(wide, today, Math.max(0, lastHour - 3_600_000), lastHour);
        long end = today * DAY_MS;
        GeneratedSeries noisy = one.stream()
                .filter(each -> each.labels().metricName().equals("node_load1"))
                .findFirst()
                .orElseThrow();
        read("1 series x 7 days", List.of(noisy), end - 7 * DAY_MS, end - 1);
        List<GeneratedSeries> thousand = new ArrayList<>();
        for (int machine = 0; machine < machines && thousand.size() < 1_000; machine++) {
            new MachineTarget(machine)
                    .series().stream()
                            .filter(each -> each.labels().metricName().equals("node_cpu_seconds_total")
                                    || each.labels().metricName().equals("node_systemd_unit_state"))
                            .forEach(thousand::add);
        }
        read("1,000 series x 24 h", thousand.subList(0, Math.min(1_000, thousand.size())), end - DAY_MS, end - 1);
        read("10,000 series x last hour", wide, end + lastHour - 3_600_000, end + lastHour);
    }

    /** One metric with many series, whose values are the generator's mix. */
    private static List<GeneratedSeries> wide(int count) {
        List<GeneratedSeries> like = new MachineTarget(0).series();
        List<GeneratedSeries> wide = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            GeneratedSeries each = like.get(i % like.size());
            Labels labels = Labels.of(
                    "__name__",
                    "bench_wide",
                    "job",
                    "node",
                    "instance",
                    "machine-" + i / 100 + ":9100",
                    "item",
                    "" + i);
            wide.add(new GeneratedSeries(labels, each.behaviour(), each.seed() ^ i));
        }
        return wide;
    }

    private void write(List<GeneratedSeries> series, int day, long from, long to) {
        Map<ChunkBucket, List<MetricChunk>> buckets = new HashMap<>();
        List<SeriesRow> registry = new ArrayList<>();
        long received = day * DAY_MS + to;
        for (GeneratedSeries each : series) {
            SeriesId id = CanonicalLabels.id(each.labels());
            String metric = each.labels().metricName();
            registry.add(new SeriesRow(id, metric, CanonicalLabels.encode(each.labels())));
            List<MetricChunk> bucket = buckets.computeIfAbsent(
                    new ChunkPartition(TENANT, day, metric, id.shard(ChunkPartition.SHARD_BITS)).bucket(),
                    key -> new ArrayList<>());
            for (long start = from; start < to; start += (long) CHUNK * STEP_MS) {
                ChunkRow row = chunk(each, id, day * DAY_MS + start, day * DAY_MS + to);
                bucket.add(new MetricChunk(metric, received, row));
                samples += row.samples();
                chunkBytes += row.data().length;
            }
        }
        store.series().write(TENANT, day, registry).toCompletableFuture().join();
        List<CompletableFuture<Void>> writes = new ArrayList<>();
        buckets.forEach((bucket, chunks) -> {
            writes.add(store.chunks().write(bucket, chunks).toCompletableFuture());
            if (writes.size() >= 8) {
                writes.forEach(CompletableFuture::join);
                writes.clear();
            }
        });
        writes.forEach(CompletableFuture::join);
    }

    private static ChunkRow chunk(GeneratedSeries series, SeriesId id, long start, long end) {
        XorChunk chunk = new XorChunk();
        for (long t = start; t < end && chunk.samples() < CHUNK; t += STEP_MS) {
            chunk.append(t, Double.doubleToRawLongBits(series.valueAt(t)));
        }
        return new ChunkRow(
                id, start, start, chunk.lastTimestampMs(), chunk.samples(), chunk.rowEncoding(), chunk.rowData());
    }

    private void merge(int days) throws InterruptedException {
        List<PartitionProgress> progress = new ArrayList<>();
        for (int i = 0; i < PARTITIONS; i++) {
            progress.add(new PartitionProgress(i, 1L << 42, System.currentTimeMillis(), System.currentTimeMillis()));
        }
        MergeWorker worker = new MergeWorker(
                new MergeWorker.MergeRules(true, Duration.ofMillis(1), Duration.ofHours(1), Duration.ofHours(1), 100),
                new MergeWorker.MergeParts(
                        store.merges(), store.deletions(), store.series(), store.progress(), store.instances()),
                PARTITIONS,
                () -> List.of(new MergeWorker.Span(TENANT, today - days, 1)),
                List::of,
                () -> progress,
                new SimpleMeterRegistry(),
                System::currentTimeMillis);
        Thread thread = new Thread(worker, "merge");
        Duration nodeBefore = cpu();
        long began = System.nanoTime();
        long threadCpu = 0;
        thread.start();
        while (marks(days) < 16L * days) {
            Thread.sleep(200);
            threadCpu = Math.max(threadCpu, ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.getId()));
        }
        worker.stop();
        thread.interrupt();
        thread.join();
        double millions = samples / 1e6;
        out.printf(
                Locale.ROOT,
                "merged in %.1f s; CPU s a million samples: merge thread %.3f, Cassandra %.3f%n",
                (System.nanoTime() - began) / 1e9,
                threadCpu / 1e9 / millions,
                cpu().minus(nodeBefore).toMillis() / 1e3 / millions);
        long bytes = 0;
        for (int day = today - days; day < today; day++) {
            bytes += store.merges().marks(TENANT, day).stream()
                    .mapToLong(mark -> mark.bytes())
                    .sum();
        }
        out.printf(Locale.ROOT, "merged rows: data %.3f bytes a sample%n", (double) bytes / samples);
    }

    private long marks(int days) {
        long marks = 0;
        for (int day = today - days; day < today; day++) {
            marks += store.merges().marks(TENANT, day).size();
        }
        return marks;
    }

    private Duration cpu() {
        return ProcessHandle.of(node.pid())
                .flatMap(handle -> handle.info().totalCpuDuration())
                .orElse(Duration.ZERO);
    }

    /** Dropped chunks leave the disk when Cassandra compacts: by itself sooner or later, here at once. */
    @SuppressWarnings("BanJNDI") // the address is that of our own child process
    private void compact() throws Exception {
        VirtualMachine machine = VirtualMachine.attach(Long.toString(node.pid()));
        try (JMXConnector connector =
                JMXConnectorFactory.connect(new JMXServiceURL(machine.startLocalManagementAgent()))) {
            MBeanServerConnection beans = connector.getMBeanServerConnection();
            ObjectName storage = new ObjectName("org.apache.cassandra.db:type=StorageService");
            // The tombstones and the merged rows are in memory until then, where no compaction sees them.
            beans.invoke(storage, "forceKeyspaceFlush", new Object[] {KEYSPACE, new String[0]}, new String[] {
                "java.lang.String", "[Ljava.lang.String;"
            });
            beans.invoke(
                    storage, "forceKeyspaceCompaction", new Object[] {false, KEYSPACE, new String[0]}, new String[] {
                        "boolean", "java.lang.String", "[Ljava.lang.String;"
                    });
        } finally {
            machine.detach();
        }
    }

    /** As a query reads: partition by partition, decoded and merged, by one thread. */
    private void read(String name, List<GeneratedSeries> series, long fromMs, long toMs) {
        Map<ChunkPartition, List<SeriesId>> partitions = new HashMap<>();
        for (GeneratedSeries each : series) {
            SeriesId id = CanonicalLabels.id(each.labels());
            partitions
                    .computeIfAbsent(
                            new ChunkPartition(
                                    TENANT, 0, each.labels().metricName(), id.shard(ChunkPartition.SHARD_BITS)),
                            key -> new ArrayList<>())
                    .add(id);
        }
        double best = Double.MAX_VALUE;
        long read = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long began = System.nanoTime();
            read = read(partitions, fromMs, toMs);
            best = Math.min(best, (System.nanoTime() - began) / 1e6);
        }
        out.printf(Locale.ROOT, "read %-26s %,10d samples in %.1f ms%n", name, read, best);
    }

    private long read(Map<ChunkPartition, List<SeriesId>> partitions, long fromMs, long toMs) {
        ChunkMerge merge = new ChunkMerge();
        SampleColumns columns = new SampleColumns();
        long[] read = {0};
        partitions.forEach((any, ids) -> {
            Map<SeriesId, List<ChunkRow>> chunks = new HashMap<>();
            int first = (int) Math.floorDiv(fromMs, DAY_MS);
            int last = (int) Math.floorDiv(toMs, DAY_MS);
            for (int day = first; day <= last; day++) {
                ChunkPartition partition = new ChunkPartition(TENANT, day, any.metric(), any.shard());
                store.chunks()
                        .read(
                                partition,
                                ids,
                                Math.max(first * DAY_MS, fromMs - DAY_MS),
                                toMs,
                                row -> chunks.computeIfAbsent(row.series(), key -> new ArrayList<>())
                                        .add(row));
            }
            chunks.values().forEach(rows -> {
                columns.clear();
                merge.merge(rows, fromMs, toMs, columns);
                read[0] += columns.size();
            });
        });
        return read[0];
    }

    /** Everything of the keyspace on disk; memtables were flushed before the compaction. */
    private void files() throws IOException {
        Map<String, Long> sizes = new TreeMap<>();
        try (Stream<Path> files = Files.walk(data)) {
            files.filter(Files::isRegularFile).forEach(file -> {
                String table = data.relativize(file).getName(0).toString().replaceAll("-[0-9a-f]{32}$", "");
                sizes.merge(table, file.toFile().length(), Long::sum);
            });
        }
        long total = 0;
        for (Map.Entry<String, Long> each : sizes.entrySet()) {
            out.printf("  %-16s %,14d bytes%n", each.getKey(), each.getValue());
            total += each.getValue();
        }
        out.printf(Locale.ROOT, "on disk, all tables: %.3f bytes a sample%n", (double) total / samples);
    }
}
