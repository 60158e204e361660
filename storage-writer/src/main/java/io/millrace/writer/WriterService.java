package io.millrace.writer;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.millrace.runtime.Health;
import io.millrace.runtime.Service;
import io.millrace.runtime.config.Secret;
import io.millrace.runtime.control.ControlState;
import io.millrace.runtime.control.Instance;
import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.kafka.Topics;
import io.millrace.storage.RetentionClass;
import io.millrace.storage.RetentionPolicy;
import io.millrace.storage.cassandra.CassandraStore;
import io.millrace.wire.openchunks.OpenPartition;
import io.millrace.writer.chunk.ChunkRules;
import io.millrace.writer.http.OpenChunkServer;
import io.millrace.writer.kafka.KafkaQuarantine;
import io.millrace.writer.kafka.SampleConsumer;
import io.millrace.writer.kafka.SeriesReader;
import io.millrace.writer.ledger.LedgerConsumer;
import io.millrace.writer.merge.MergeWorker;
import io.millrace.writer.partition.OwnerSettings;
import io.millrace.writer.partition.PartitionOwner;
import io.millrace.writer.partition.Stores;
import io.millrace.writer.partition.WriterMetrics;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import java.util.function.ToIntFunction;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The storage-writer as a service: the store, the listener for queries, the consumer group, the owners. The topics must be there, see
 * {@link io.millrace.runtime.kafka.TopicAdmin}. It has a session with Cassandra of its own. Thread-safe.
 */
public final class WriterService implements Service {
    private static final Logger log = LoggerFactory.getLogger(WriterService.class);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    /** A partition without records for so long goes by the wall clock. */
    private static final long IDLE_MS = 30_000;

    /** What queries look for in the group; {@code host:port} follows. */
    private static final String CLIENT_ID_PREFIX = "millrace-writer@";

    private final WriterSettings settings;
    private final ControlState control;
    private final CassandraStore store;
    private final MeterRegistry registry;
    private final LongSupplier clockMs;
    private final Topics topics;
    private final WriterMetrics metrics;
    private final OpenChunkServer server;
    private final List<KafkaClientMetrics> clientMetrics = new CopyOnWriteArrayList<>();
    private volatile @Nullable SampleConsumer consumer;
    private @Nullable SeriesReader seriesReader;
    private @Nullable Thread consumerThread;
    private @Nullable Thread seriesThread;
    private @Nullable LedgerConsumer ledgerConsumer;
    private @Nullable Thread ledgerThread;
    private @Nullable Admin admin;
    private @Nullable KafkaProducer<byte[], byte[]> producer;
    private @Nullable MergeWorker merger;
    private @Nullable Thread mergeThread;
    private boolean closed;

    /** A writer that knows no instances, and so merges nothing. */
    public WriterService(WriterSettings settings, RetentionPolicy retention, MeterRegistry registry, Clock clock) {
        this(settings, retention, new ControlState(clock), registry, clock);
    }

    /** @param control to know which instances there are; need not be ready */
    public WriterService(
            WriterSettings settings,
            RetentionPolicy retention,
            ControlState control,
            MeterRegistry registry,
            Clock clock) {
        this.settings = settings;
        this.control = control;
        this.store = new CassandraStore(settings.cassandra(), retention, "writer", registry);
        this.registry = registry;
        this.clockMs = clock::millis;
        this.topics = Topics.of(settings.kafka());
        this.metrics = new WriterMetrics(registry);
        this.server = new OpenChunkServer(
                settings.internal().host(),
                settings.internal().port(),
                settings.internal().token().map(Secret::reveal).orElse(null),
                settings.kafka().partitions(),
                this::owners,
                registry);
    }

    @Override
    public String name() {
        return "writer";
    }

    @Override
    public void start() throws Exception {
        store.start();
        server.start();
        String address = address(server.port());
        String clientId = CLIENT_ID_PREFIX + address;
        Stores stores = new Stores(store.chunks(), store.series(), store.metadata(), store.exemplars());
        OwnerSettings ownerSettings = ownerSettings();
        Admin newAdmin = Admin.create(KafkaClients.common(settings.kafka(), clientId + "-admin"));
        admin = newAdmin;
        KafkaProducer<byte[], byte[]> newProducer =
                new KafkaProducer<>(KafkaClients.producer(settings.kafka(), clientId + "-quarantine"));
        producer = newProducer;
        KafkaQuarantine quarantine = new KafkaQuarantine(newProducer, topics.quarantine());
        SeriesReader reader = new SeriesReader(() -> seriesConsumer(clientId), newAdmin, topics.series());
        SampleConsumer group = new SampleConsumer(
                () -> sampleConsumer(clientId),
                topics.samples(),
                topics.series(),
                start -> new PartitionOwner(start, ownerSettings, stores, reader, quarantine, metrics, clockMs),
                reader,
                metrics,
                settings.commitInterval(),
                settings.drainTimeout());
        seriesReader = reader;
        consumer = group;
        LedgerConsumer ledgers = new LedgerConsumer(
                () -> ledgerConsumer(clientId),
                topics.rejections(),
                topics.usage(),
                topics.usageByJob(),
                store.rejections(),
                store.usage(),
                quarantine);
        ledgerConsumer = ledgers;
        ledgerThread = begin(ledgers, "writer-ledger");
        seriesThread = begin(reader, "writer-series");
        consumerThread = begin(group, "writer-consumer");
        MergeWorker merging = merger(group);
        merger = merging;
        mergeThread = begin(merging, "writer-merge");
        log.info("writer started address={} group={}", address, groupId());
    }

    private MergeWorker merger(SampleConsumer group) {
        WriterSettings.Merge merge = settings.merge();
        return new MergeWorker(
                new MergeWorker.MergeRules(
                        merge.enabled(), merge.delay(), merge.interval(), merge.lookAgain(), merge.percent()),
                new MergeWorker.MergeParts(
                        store.merges(), store.deletions(), store.series(), store.progress(), store.instances()),
                settings.kafka().partitions(),
                () -> spans(control.instances(), Instance::retentionDays),
                () -> spans(control.deletedInstances(), instance -> RetentionClass.DAYS_400.days()),
                () -> group.owners().stream().map(PartitionOwner::progress).toList(),
                registry,
                clockMs);
    }

    /** The days of each instance that may have data: since it was made, but for late samples, and within its retention. */
    private List<MergeWorker.Span> spans(Collection<Instance> instances, ToIntFunction<Instance> keptDays) {
        int today = day(clockMs.getAsLong());
        return instances.stream()
                .map(instance -> {
                    int late = (int) instance.limits().pastWindow().toDays() + 1;
                    int first = Math.max(
                            day(instance.created().toEpochMilli()) - late, today - keptDays.applyAsInt(instance) - 1);
                    return new MergeWorker.Span(instance.id(), first, late);
                })
                .toList();
    }

    private static int day(long timeMs) {
        return (int) Math.floorDiv(timeMs, 86_400_000L);
    }

    private static Thread begin(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler((of, e) -> log.error("thread died name={}", name, e));
        thread.start();
        return thread;
    }

    /** The port of the listener for queries, after {@link #start}. */
    public int port() {
        return server.port();
    }

    private String groupId() {
        return settings.kafka().topicPrefix() + "storage-writer";
    }

    private String address(int port) throws UnknownHostException {
        if (settings.internal().advertisedAddress().isPresent()) {
            return settings.internal().advertisedAddress().get();
        }
        return InetAddress.getLocalHost().getHostName() + ":" + port;
    }

    private OwnerSettings ownerSettings() {
        WriterSettings.Chunks chunks = settings.chunks();
        WriterSettings.Memory memory = settings.memory();
        // A writer may come to own all partitions, so each has its share of the memory.
        long openEach =
                Math.max(64 * 1024, memory.maxOpen().bytes() / settings.kafka().partitions());
        return new OwnerSettings(
                new ChunkRules(
                        chunks.maxSamples(),
                        (int) chunks.maxBytes().bytes(),
                        chunks.flushInterval().toMillis()),
                memory.maxInbox().bytes(),
                openEach,
                memory.maxWaiting().bytes(),
                settings.maxWritesUnderWay(),
                (int) settings.forgetSeriesAfter().toHours(),
                IDLE_MS);
    }

    private Consumer<byte[], byte[]> sampleConsumer(String clientId) {
        Map<String, Object> config = KafkaClients.consumer(settings.kafka(), clientId);
        config.put(ConsumerConfig.GROUP_ID_CONFIG, groupId());
        // A static member: one that is killed and started again has its partitions back at once.
        config.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, instanceId(clientId));
        config.put(
                ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                List.of(CooperativeStickyAssignor.class.getName()));
        config.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, (int)
                settings.sessionTimeout().toMillis());
        config.put(
                ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
                (int) settings.sessionTimeout().toMillis() / 4);
        // A handover takes up to the drain timeout; for so long a rebalance also waits for a member that does not come.
        config.put(
                ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG,
                (int) settings.drainTimeout().toMillis() + 60_000);
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 500);
        config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 100);
        return measured(new KafkaConsumer<>(config));
    }

    /** Instance ids allow fewer characters than client ids. */
    private static String instanceId(String clientId) {
        return clientId.replaceAll("[^a-zA-Z0-9._-]", "_");
    }

    private Consumer<byte[], byte[]> seriesConsumer(String clientId) {
        Map<String, Object> config = KafkaClients.consumer(settings.kafka(), clientId + "-series");
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5_000);
        config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 100);
        return measured(new KafkaConsumer<>(config));
    }

    private Consumer<byte[], byte[]> ledgerConsumer(String clientId) {
        Map<String, Object> config = KafkaClients.consumer(settings.kafka(), clientId + "-ledger");
        config.put(ConsumerConfig.GROUP_ID_CONFIG, groupId() + "-ledger");
        config.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, (int)
                settings.sessionTimeout().toMillis());
        config.put(
                ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
                (int) settings.sessionTimeout().toMillis() / 4);
        return measured(new KafkaConsumer<>(config));
    }

    private KafkaConsumer<byte[], byte[]> measured(KafkaConsumer<byte[], byte[]> made) {
        KafkaClientMetrics of = new KafkaClientMetrics(made);
        of.bindTo(registry);
        clientMetrics.add(of);
        return made;
    }

    private Collection<PartitionOwner> owners() {
        SampleConsumer group = consumer;
        return group == null ? List.of() : group.owners();
    }

    /** Ready when the group has given its assignment, all owners have caught up, and the store takes writes. */
    @Override
    public Health check() {
        SampleConsumer group = consumer;
        if (group == null) {
            return Health.notReady("not started");
        }
        Health storeHealth = store.check();
        if (!storeHealth.ready()) {
            return storeHealth;
        }
        String problem = group.problem();
        if (problem != null) {
            return Health.notReady(problem);
        }
        if (!group.hasJoined()) {
            return Health.notReady("joining the consumer group " + groupId());
        }
        List<Integer> behind = new ArrayList<>();
        for (PartitionOwner owner : group.owners()) {
            String trouble = owner.trouble();
            if (trouble != null) {
                return Health.notReady("the store does not take writes: " + trouble);
            }
            if (owner.status().state() != OpenPartition.State.READY) {
                behind.add(owner.partition());
            }
        }
        return behind.isEmpty() ? Health.READY : Health.notReady("catching up with partitions " + behind);
    }

    /** Stores and commits everything, leaves the group, then stops answering queries. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (merger != null && mergeThread != null) {
            merger.stop();
            mergeThread.interrupt();
            join(mergeThread, CLOSE_TIMEOUT);
        }
        SampleConsumer group = consumer;
        if (group != null) {
            group.stop();
            join(consumerThread, settings.drainTimeout().plusSeconds(30));
        }
        if (seriesReader != null) {
            seriesReader.stop();
            join(seriesThread, CLOSE_TIMEOUT);
        }
        if (ledgerConsumer != null) {
            ledgerConsumer.stop();
            join(ledgerThread, CLOSE_TIMEOUT);
        }
        if (producer != null) {
            producer.close(CLOSE_TIMEOUT);
        }
        if (admin != null) {
            admin.close(CLOSE_TIMEOUT);
        }
        clientMetrics.forEach(KafkaClientMetrics::close);
        server.close();
        store.close();
    }

    private static void join(@Nullable Thread thread, Duration timeout) {
        if (thread == null) {
            return;
        }
        try {
            thread.join(timeout.toMillis());
            if (thread.isAlive()) {
                log.warn("thread did not end name={} timeout={}", thread.getName(), timeout);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
