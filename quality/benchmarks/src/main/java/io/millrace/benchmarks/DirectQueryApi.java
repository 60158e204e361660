package io.millrace.benchmarks;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.model.Labels;
import io.millrace.model.SeriesId;
import io.millrace.model.TenantId;
import io.millrace.model.TenantLimits;
import io.millrace.promql.engine.Cores;
import io.millrace.promql.engine.EngineOptions;
import io.millrace.promql.engine.MemoryPool;
import io.millrace.promql.engine.PromqlEngine;
import io.millrace.promql.parse.ParserOptions;
import io.millrace.promql.parse.PromqlParser;
import io.millrace.query.api.ExemplarEndpoint;
import io.millrace.query.api.PrometheusRoutes;
import io.millrace.query.api.PromqlAccess;
import io.millrace.query.api.QueryMeters;
import io.millrace.query.api.RejectionsEndpoint;
import io.millrace.query.api.TenantReports;
import io.millrace.query.api.UsageEndpoint;
import io.millrace.query.http.Callers;
import io.millrace.query.http.FairQueue;
import io.millrace.query.http.HttpOptions;
import io.millrace.query.http.QueryListener;
import io.millrace.query.index.IndexLimits;
import io.millrace.query.index.SeriesIndex;
import io.millrace.query.read.OpenChunks;
import io.millrace.query.read.ReadLimits;
import io.millrace.query.read.SampleReader;
import io.millrace.runtime.control.AccessKeys;
import io.millrace.runtime.control.Account;
import io.millrace.runtime.control.ControlState;
import io.millrace.runtime.control.FailedAttempts;
import io.millrace.runtime.control.Instance;
import io.millrace.runtime.control.KeyUses;
import io.millrace.runtime.control.Policy;
import io.millrace.runtime.control.User;
import io.millrace.runtime.usage.TenantUsage;
import io.millrace.storage.ChunkPartition;
import io.millrace.storage.ChunkRow;
import io.millrace.storage.ChunkStore;
import io.millrace.storage.Deletions;
import io.millrace.testkit.store.InMemoryStore;
import io.millrace.wire.chunk.XorChunk;
import io.millrace.wire.labels.CanonicalLabels;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;

/** The query service as it is, but without Kafka and writers: its chunks are where one puts them. */
final class DirectQueryApi implements AutoCloseable {
    static final TenantId INSTANCE = new TenantId("bench");
    private final ChunkSink chunks;
    private final int samplesPerChunk;
    private final SeriesIndex index;
    private final SampleReader reader;
    private final ExecutorService pool;
    private final Cores cores = new Cores(Runtime.getRuntime().availableProcessors());
    private final QueryListener listener;
    private final AccessKeys.NewAccessKey key;
    private long offset;

    /** Takes a chunk of a series. */
    @FunctionalInterface
    interface ChunkSink {
        void add(ChunkPartition partition, ChunkRow row);
    }

    /**
     * @param samplesPerChunk how {@link #add} cuts
     * @param chunks takes what that cuts
     * @param store where that can be read
     */
    DirectQueryApi(int samplesPerChunk, ChunkSink chunks, ChunkStore store) throws Exception {
        this.samplesPerChunk = samplesPerChunk;
        this.chunks = chunks;
        Instant now = Instant.now();
        key = AccessKeys.generate("reader", now, null);
        InMemoryStore nothing = new InMemoryStore();
        index = new SeriesIndex(
                nothing.series(),
                new IndexLimits(5_000_000, 2_000_000, 400, 2, Duration.ofHours(1), Duration.ofMinutes(1)),
                System::currentTimeMillis);
        pool = Executors.newFixedThreadPool(4);
        reader = new SampleReader(index, store, tenant -> Deletions.NONE, OpenChunks.NONE, pool, ReadLimits.DEFAULT);
        PromqlAccess access = new PromqlAccess(
                new PromqlEngine(EngineOptions.DEFAULT, cores),
                new PromqlParser(ParserOptions.STABLE),
                reader,
                System::currentTimeMillis);
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        listener = new QueryListener(
                new HttpOptions("127.0.0.1", 0, 1 << 20, Pattern.compile(".*"), Duration.ofMinutes(2)),
                PrometheusRoutes.of(
                        access,
                        index,
                        nothing.metadata(),
                        new ExemplarEndpoint(access, index, nothing.exemplars(), tenant -> Deletions.NONE),
                        new TenantReports(
                                new RejectionsEndpoint(nothing.rejections(), System::currentTimeMillis),
                                new UsageEndpoint(
                                        nothing.usage(), instance -> TenantUsage.NONE, System::currentTimeMillis)),
                        new QueryMeters(registry),
                        now),
                null,
                access(now),
                new Callers(new FailedAttempts(System::nanoTime), new KeyUses(Clock.systemUTC())),
                new FairQueue(4, 4, 10, 10),
                MemoryPool.unbounded(),
                () -> true,
                registry);
        listener.start();
    }

    private ControlState access(Instant now) {
        ControlState control = new ControlState(Clock.systemUTC());
        control.put(new Account("acme", "Acme", true, now));
        control.put(
                new User("reader", "acme", "Reader", true, List.of(new Policy(Policy.Level.READ, List.of("*"))), now));
        control.put(new Instance(
                INSTANCE, "acme", "Bench", "eu", Map.of(), Instance.Status.RUNNING, 30, TenantLimits.DEFAULT, now));
        control.put(key.key());
        control.markReady();
        return control;
    }

    /** Takes all samples of a series, in time order. */
    void add(Labels labels, long[] timestamps, double[] values) {
        SeriesId id = CanonicalLabels.id(labels);
        byte[] canonical = CanonicalLabels.encode(labels);
        XorChunk chunk = new XorChunk();
        int day = Integer.MIN_VALUE;
        for (int i = 0; i < timestamps.length; i++) {
            boolean nextDay = SeriesIndex.day(timestamps[i]) != day;
            if (chunk.samples() > 0 && (nextDay || chunk.samples() == samplesPerChunk)) {
                write(labels, id, day, chunk);
                chunk = new XorChunk();
            }
            if (nextDay) {
                day = SeriesIndex.day(timestamps[i]);
                index.announce(INSTANCE, day, id, canonical);
            }
            chunk.append(timestamps[i], Double.doubleToRawLongBits(values[i]));
        }
        write(labels, id, day, chunk);
    }

    private void write(Labels labels, SeriesId id, int day, XorChunk chunk) {
        chunks.add(
                new ChunkPartition(INSTANCE, day, labels.metricName(), id.shard(ChunkPartition.SHARD_BITS)),
                new ChunkRow(
                        id,
                        chunk.firstTimestampMs(),
                        offset++,
                        chunk.lastTimestampMs(),
                        chunk.samples(),
                        chunk.encoding().number(),
                        chunk.bytes()));
    }

    /** For reading without HTTP. */
    SampleReader reader() {
        return reader;
    }

    /** What stands before {@code /api/v1}. */
    String base() {
        return "http://127.0.0.1:" + listener.port() + "/prometheus/" + INSTANCE.value();
    }

    String keyId() {
        return key.key().id();
    }

    String secret() {
        return key.secret().reveal();
    }

    @Override
    public void close() {
        listener.close();
        pool.shutdownNow();
        cores.close();
    }
}
