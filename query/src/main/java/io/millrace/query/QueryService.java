package io.millrace.query;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.promql.engine.Cores;
import io.millrace.promql.engine.EngineOptions;
import io.millrace.promql.engine.MemoryPool;
import io.millrace.promql.engine.PromqlEngine;
import io.millrace.promql.parse.ParserOptions;
import io.millrace.promql.parse.PromqlParser;
import io.millrace.query.admin.Addresses;
import io.millrace.query.admin.AdminApi;
import io.millrace.query.admin.AdminWork;
import io.millrace.query.api.DeletionEndpoint;
import io.millrace.query.api.ExemplarEndpoint;
import io.millrace.query.api.PrometheusRoutes;
import io.millrace.query.api.PromqlAccess;
import io.millrace.query.api.QueryMeters;
import io.millrace.query.api.RejectionsEndpoint;
import io.millrace.query.api.TenantReports;
import io.millrace.query.api.UsageEndpoint;
import io.millrace.query.deletion.DeletionAudit;
import io.millrace.query.deletion.DeletionCache;
import io.millrace.query.deletion.KafkaDeletionMarks;
import io.millrace.query.deletion.SeriesDeletion;
import io.millrace.query.http.AdminHandler;
import io.millrace.query.http.Callers;
import io.millrace.query.http.FairQueue;
import io.millrace.query.http.HttpOptions;
import io.millrace.query.http.QueryListener;
import io.millrace.query.index.IndexLimits;
import io.millrace.query.index.SeriesIndex;
import io.millrace.query.index.SeriesTopicReader;
import io.millrace.query.read.ReadLimits;
import io.millrace.query.read.SampleReader;
import io.millrace.query.read.WriterAccess;
import io.millrace.runtime.Health;
import io.millrace.runtime.Service;
import io.millrace.runtime.config.DataSize;
import io.millrace.runtime.config.Secret;
import io.millrace.runtime.control.AuditTrail;
import io.millrace.runtime.control.ControlChanges;
import io.millrace.runtime.control.ControlPublisher;
import io.millrace.runtime.control.ControlTables;
import io.millrace.runtime.control.FailedAttempts;
import io.millrace.runtime.control.KeyUseReporter;
import io.millrace.runtime.control.KeyUseTable;
import io.millrace.runtime.control.KeyUses;
import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.kafka.Topics;
import io.millrace.runtime.usage.UsageTables;
import io.millrace.storage.ChunkStore;
import io.millrace.storage.DeletionStore;
import io.millrace.storage.ExemplarStore;
import io.millrace.storage.MergeStore;
import io.millrace.storage.MetadataStore;
import io.millrace.storage.RejectionLedger;
import io.millrace.storage.SeriesRegistry;
import io.millrace.storage.UsageStore;
import io.millrace.storage.cassandra.CassandraStore;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The query service: wires index, reader, engine and listener, and starts and stops them together. Needs a started store
 * and control tables. Thread-safe.
 */
public final class QueryService implements Service {
    private static final Logger log = LoggerFactory.getLogger(QueryService.class);

    private final QuerySettings settings;
    private final LateStore late;
    private final ControlTables control;
    private final MeterRegistry registry;
    private final Clock clock;
    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private volatile @Nullable SeriesTopicReader topic;
    private volatile @Nullable QueryListener listener;

    /**
     * @param store need not be started: what needs it is answered with 503 until it is
     * @param control started before this service; need not be ready
     */
    public QueryService(
            QuerySettings settings, CassandraStore store, ControlTables control, MeterRegistry registry, Clock clock) {
        this.settings = settings;
        this.late = new LateStore(store);
        this.control = control;
        this.registry = registry;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "query";
    }

    @Override
    public void start() throws Exception {
        SeriesIndex index =
                new SeriesIndex(late.part(SeriesRegistry.class, CassandraStore::series), indexLimits(), clock::millis);
        SeriesTopicReader reader = new SeriesTopicReader(
                () -> new KafkaConsumer<>(KafkaClients.consumer(settings.kafka(), "millrace-query-index")),
                Topics.of(settings.kafka()).series(),
                settings.kafka().retention().series(),
                index,
                clock::millis);
        Admin admin = Admin.create(KafkaClients.common(settings.kafka(), "millrace-query-owners"));
        started.push(admin);
        ExecutorService pool = readers();
        started.push(() -> stop(pool));
        DeletionCache deletions =
                new DeletionCache(late.part(DeletionStore.class, CassandraStore::deletions), System::nanoTime);
        PromqlAccess access = access(index, admin, pool, deletions);
        Callers callers = callers();
        QueryListener http = new QueryListener(
                httpOptions(),
                PrometheusRoutes.of(
                        access,
                        index,
                        late.part(MetadataStore.class, CassandraStore::metadata),
                        new ExemplarEndpoint(
                                access, index, late.part(ExemplarStore.class, CassandraStore::exemplars), deletions),
                        reports(),
                        deletions(access, deletions),
                        new QueryMeters(registry),
                        clock.instant()),
                admin(callers),
                control.state(),
                callers,
                queue(),
                memory(),
                index::ready,
                registry);
        measure(index, reader);
        started.push(reader);
        reader.start();
        topic = reader;
        started.push(http);
        http.start();
        listener = http;
    }

    private TenantReports reports() {
        UsageTables usage = new UsageTables(settings.kafka(), clock::millis);
        begin(usage);
        return new TenantReports(
                new RejectionsEndpoint(late.part(RejectionLedger.class, CassandraStore::rejections), clock::millis),
                new UsageEndpoint(late.part(UsageStore.class, CassandraStore::usage), usage::usage, clock::millis));
    }

    private Callers callers() {
        FailedAttempts failures = new FailedAttempts(System::nanoTime);
        failures.bindTo(registry);
        KeyUses uses = new KeyUses(clock);
        begin(new KeyUseReporter(settings.kafka(), uses));
        return new Callers(failures, uses);
    }

    private AdminHandler admin(Callers callers) {
        AuditTrail audit = new AuditTrail(settings.kafka());
        KeyUseTable uses = new KeyUseTable(settings.kafka());
        ControlPublisher publisher = new ControlPublisher(settings.kafka(), "millrace-admin");
        begin(audit);
        begin(uses);
        started.push(publisher);
        ControlChanges changes = new ControlChanges(control, publisher, clock);
        AdminWork work = new AdminWork(changes, control.state(), audit, uses, addresses(), clock);
        return new AdminHandler(
                new AdminApi(work),
                control.state(),
                callers,
                settings.http().maxBody().toIntBytes());
    }

    private Addresses addresses() {
        QuerySettings.Addresses addresses = settings.addresses();
        return new Addresses(
                addresses.writeInternet(),
                addresses.writeInternal(),
                addresses.queryInternet(),
                addresses.queryInternal());
    }

    private void begin(Service part) {
        started.push(part);
        try {
            part.start();
        } catch (Exception e) {
            throw new IllegalStateException(part.name() + " cannot start: " + e.getMessage(), e);
        }
    }

    private DeletionEndpoint deletions(PromqlAccess access, DeletionCache cache) {
        KafkaDeletionMarks marks = new KafkaDeletionMarks(settings.kafka());
        ControlPublisher publisher = new ControlPublisher(settings.kafka(), "millrace-deletions");
        started.push(marks);
        started.push(publisher);
        DeletionAudit audit = new DeletionAudit(control.state(), publisher);
        return new DeletionEndpoint(
                access,
                new SeriesDeletion(
                        late.part(DeletionStore.class, CassandraStore::deletions), marks, cache, clock::millis),
                late.part(MergeStore.class, CassandraStore::merges),
                audit::user,
                audit::deleted);
    }

    private PromqlAccess access(SeriesIndex index, Admin admin, ExecutorService pool, DeletionCache deletions) {
        EngineOptions options = engineOptions();
        Cores cores = new Cores(Runtime.getRuntime().availableProcessors());
        started.push(cores);
        ParserOptions syntax = new ParserOptions(
                options.experimentalFunctions(), options.extendedRangeSelectors(), options.fillModifiers());
        HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(settings.writers().timeout())
                .build();
        SampleReader samples = new SampleReader(
                index,
                late.part(ChunkStore.class, CassandraStore::chunks),
                deletions,
                admin,
                writerAccess(),
                http,
                pool,
                readLimits(),
                clock::millis);
        return new PromqlAccess(new PromqlEngine(options, cores), new PromqlParser(syntax), samples, clock::millis);
    }

    private EngineOptions engineOptions() {
        QuerySettings.Promql promql = settings.promql();
        return new EngineOptions(
                promql.lookback(),
                promql.defaultSubqueryStep(),
                promql.maxSamples(),
                promql.maxMemory().bytes(),
                promql.timeout(),
                promql.experimentalFunctions(),
                promql.extendedRangeSelectors(),
                promql.fillModifiers(),
                promql.delayedNameRemoval(),
                promql.useStartTimestamps());
    }

    private WriterAccess writerAccess() {
        Topics topics = Topics.of(settings.kafka());
        QuerySettings.Writers writers = settings.writers();
        return new WriterAccess(
                writers.group().orElse(settings.kafka().topicPrefix() + "storage-writer"),
                topics.samples(),
                settings.kafka().partitions(),
                writers.token().orElse(new Secret("")),
                writers.timeout(),
                writers.ownersFor(),
                writers.lagWarning(),
                settings.read().maxMemory().bytes());
    }

    private ReadLimits readLimits() {
        ReadLimits base = ReadLimits.DEFAULT;
        return new ReadLimits(
                base.chunkSpan(),
                base.seriesPerWave(),
                base.seriesPerBatch(),
                base.seriesDaysPerBatch(),
                base.batchesAhead(),
                settings.read().maxMemory().bytes());
    }

    private IndexLimits indexLimits() {
        QuerySettings.Index index = settings.index();
        return new IndexLimits(
                index.maxSeries(),
                index.maxSeriesPerSelection(),
                index.maxDays(),
                index.residentDays(),
                index.idleDay(),
                settings.promql().timeout());
    }

    private HttpOptions httpOptions() {
        QuerySettings.Http http = settings.http();
        return new HttpOptions(
                http.host(),
                http.port(),
                http.maxBody().toIntBytes(),
                Pattern.compile(http.corsOrigins()),
                settings.promql().timeout());
    }

    private FairQueue queue() {
        QuerySettings.Concurrency concurrency = settings.concurrency();
        return new FairQueue(
                concurrency.total(),
                concurrency.perInstance(),
                concurrency.waitingPerInstance(),
                concurrency.waiting());
    }

    private MemoryPool memory() {
        return new MemoryPool(settings.concurrency()
                .maxMemory()
                .map(DataSize::bytes)
                .orElse(Runtime.getRuntime().maxMemory() / 2));
    }

    private ExecutorService readers() {
        AtomicInteger number = new AtomicInteger();
        return Executors.newFixedThreadPool(settings.read().threads(), task -> {
            Thread thread = new Thread(task, "query-read-" + number.getAndIncrement());
            thread.setDaemon(true);
            return thread;
        });
    }

    private static void stop(ExecutorService pool) throws InterruptedException {
        pool.shutdownNow();
        if (!pool.awaitTermination(5, TimeUnit.SECONDS)) {
            log.warn("threads that read from the store did not stop");
        }
    }

    private void measure(SeriesIndex index, SeriesTopicReader reader) {
        Gauge.builder("millrace.query.index.series", index, SeriesIndex::size)
                .description("Series in the index over all instances")
                .register(registry);
        Gauge.builder("millrace.query.index.instances", index, SeriesIndex::tenantCount)
                .description("Instances in the index")
                .register(registry);
        Gauge.builder("millrace.query.index.behind.records", reader, SeriesTopicReader::behind)
                .description("Records of the topic series that the index has not read; -1 when not known")
                .register(registry);
        FunctionCounter.builder("millrace.query.index.loaded.days", index, SeriesIndex::loadedDays)
                .description("Days of instances that were read from the registry")
                .register(registry);
        FunctionCounter.builder("millrace.query.index.evicted.days", index, SeriesIndex::evictedDays)
                .description("Days of instances that left the index")
                .register(registry);
        FunctionCounter.builder("millrace.query.index.unreadable.records", reader, SeriesTopicReader::unreadable)
                .description("Records of the topic series that could not be understood and were skipped")
                .register(registry);
    }

    /** The port of the API, after {@link #start}. */
    public int port() {
        QueryListener running = listener;
        if (running == null) {
            throw new IllegalStateException("the query service is not started");
        }
        return running.port();
    }

    @Override
    public Health check() {
        QueryListener running = listener;
        SeriesTopicReader reading = topic;
        if (running == null || reading == null) {
            return Health.notReady("not started");
        }
        Health health = running.check();
        return health.ready() ? reading.check() : health;
    }

    @Override
    public synchronized void close() {
        while (!started.isEmpty()) {
            AutoCloseable part = started.pop();
            try {
                if (part instanceof Admin admin) {
                    admin.close(Duration.ofSeconds(5));
                } else {
                    part.close();
                }
            } catch (Exception e) {
                log.warn("part of the query service did not close cleanly", e);
            }
        }
    }
}
