package io.millrace.benchmarks;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.embedded.CassandraNode;
import io.millrace.embedded.CassandraNodeSettings;
import io.millrace.model.SeriesId;
import io.millrace.model.TenantId;
import io.millrace.runtime.config.Configuration;
import io.millrace.storage.ChunkBucket;
import io.millrace.storage.ChunkRow;
import io.millrace.storage.ChunkStore;
import io.millrace.storage.MetricChunk;
import io.millrace.storage.RetentionClass;
import io.millrace.storage.RetentionPolicy;
import io.millrace.storage.cassandra.CassandraSettings;
import io.millrace.storage.cassandra.CassandraStore;
import io.smallrye.config.ConfigMapping;
import java.io.File;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;

/**
 * What a row of chunks costs Cassandra and its client, by the size of the row: a chunk in each row, in batches of 100, as
 * the writer sends them, against rows of several KB that would hold the chunks of many series. Random bytes, which is what
 * chunks look like to Cassandra.
 */
final class StoreWriteBenchmark {
    private static final int CHUNK_BYTES = 200;
    private static final int CHUNKS_IN_A_BUCKET = 800;
    private static final int WRITES_UNDER_WAY = 48;

    /** Chunks in each round; the first rounds warm up. */
    private static final int CHUNKS = 400_000;

    private static final int WARM_UP = 4;
    private static final int MEASURED = 3;

    private final PrintStream out;
    private final ChunkStore store;
    private final long nodePid;
    private final Random random = new Random(1);
    private int day = 20_000;

    /** The settings a store needs. */
    @ConfigMapping(prefix = "bench")
    interface Settings {
        CassandraSettings cassandra();
    }

    private StoreWriteBenchmark(ChunkStore store, long nodePid, PrintStream out) {
        this.store = store;
        this.nodePid = nodePid;
        this.out = out;
    }

    static void run(PrintStream out) throws Exception {
        Path folder = Files.createTempDirectory("store-benchmark");
        try (CassandraNode node = CassandraNode.start(CassandraNodeSettings.in(folder))) {
            Map<String, String> environment = new HashMap<>();
            environment.put("MILLRACE_BENCH_CASSANDRA_CONTACT_POINTS", "127.0.0.1:" + node.port());
            environment.put("MILLRACE_BENCH_CASSANDRA_DATACENTER", node.datacenter());
            environment.put("MILLRACE_BENCH_CASSANDRA_REPLICATION_FACTOR", "1");
            CassandraSettings settings =
                    Configuration.load(Settings.class, null, environment).cassandra();
            try (CassandraStore store = new CassandraStore(
                    settings, RetentionPolicy.fixed(RetentionClass.DAYS_15), "bench", new SimpleMeterRegistry())) {
                store.start();
                StoreWriteBenchmark benchmark = new StoreWriteBenchmark(store.chunks(), node.pid(), out);
                for (int chunksInARow : new int[] {1, 8, 40}) {
                    benchmark.measure(chunksInARow);
                }
            }
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
            }
        }
    }

    private void measure(int chunksInARow) throws Exception {
        for (int round = 0; round < WARM_UP + MEASURED; round++) {
            ThreadTimes nodeBefore = ThreadTimes.of(nodePid);
            ThreadTimes clientBefore = ThreadTimes.of(ProcessHandle.current().pid());
            write(chunksInARow);
            ThreadTimes node = ThreadTimes.of(nodePid).since(nodeBefore);
            ThreadTimes client = ThreadTimes.of(ProcessHandle.current().pid()).since(clientBefore);
            if (round >= WARM_UP) {
                out.printf(
                        Locale.ROOT,
                        "%d chunks of %d B in a row: µs of CPU for a chunk: Cassandra %.2f, client %.2f (%s)%n",
                        chunksInARow,
                        CHUNK_BYTES,
                        node.seconds() * 1e6 / CHUNKS,
                        client.seconds() * 1e6 / CHUNKS,
                        node.per(CHUNKS / 1e6));
            }
        }
    }

    private void write(int chunksInARow) throws InterruptedException {
        Semaphore slots = new Semaphore(WRITES_UNDER_WAY);
        int rows = CHUNKS / chunksInARow;
        int rowsInABucket = CHUNKS_IN_A_BUCKET / chunksInARow;
        day++;
        for (int at = 0; at < rows; at += rowsInABucket) {
            List<MetricChunk> chunks = new ArrayList<>();
            for (int i = at; i < Math.min(rows, at + rowsInABucket); i++) {
                byte[] data = new byte[CHUNK_BYTES * chunksInARow];
                random.nextBytes(data);
                long startMs = day * 86_400_000L;
                chunks.add(new MetricChunk(
                        "node_cpu_seconds_total",
                        startMs,
                        new ChunkRow(
                                new SeriesId(random.nextLong(), i),
                                startMs,
                                i,
                                startMs + 1_200_000,
                                80,
                                (byte) 1,
                                data)));
            }
            for (int from = 0; from < chunks.size(); from += 100) {
                slots.acquire();
                CompletionStage<Void> written = store.write(
                        new ChunkBucket(new TenantId("demo"), day, at / rowsInABucket % ChunkBucket.COUNT),
                        chunks.subList(from, Math.min(from + 100, chunks.size())));
                written.whenComplete((nothing, failure) -> {
                    slots.release();
                    if (failure != null) {
                        out.println("a write failed: " + failure);
                    }
                });
            }
        }
        slots.acquire(WRITES_UNDER_WAY);
    }
}
