package io.millrace.processor;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.millrace.model.TenantId;
import io.millrace.processor.ha.HaTables;
import io.millrace.processor.limits.PublishedUsage;
import io.millrace.processor.progress.KafkaReceivedLog;
import io.millrace.processor.shards.WideningRules;
import io.millrace.runtime.Health;
import io.millrace.runtime.Service;
import io.millrace.runtime.control.AccessControl;
import io.millrace.runtime.policy.ControlPolicies;
import io.millrace.runtime.policy.TenantPolicies;
import io.millrace.runtime.policy.TenantPolicy;
import io.millrace.runtime.shards.ShardTables;
import io.millrace.runtime.usage.UsageTables;
import java.time.Duration;
import java.util.Properties;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.LagInfo;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs {@link ProcessorTopology}. A thread that dies of an error is replaced after a pause, for ever: input stays in
 * Kafka until someone can process it, and the state of the running transaction is not lost but repeated. The topics
 * must be there, see {@link io.millrace.runtime.kafka.TopicAdmin}. Thread-safe.
 */
public final class ProcessorService implements Service {
    private static final Logger log = LoggerFactory.getLogger(ProcessorService.class);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(20);
    private static final long PAUSE_BEFORE_NEW_THREAD_MS = 1000;
    private static final long TABLES_POLL_MS = 20;

    private final ProcessorSettings settings;
    private final MeterRegistry registry;
    private final ProcessorMetrics metrics;
    private final UsageTables usage;
    private final HaTables elections;
    private final ShardTables shards;
    private final BooleanSupplier policiesReady;
    private final Shared shared;
    private final RestoreProgress restore = new RestoreProgress();
    private volatile @Nullable KafkaStreams streams;
    private @Nullable KafkaStreamsMetrics streamsMetrics;
    private volatile boolean closed;

    /** With the same policy for all tenants: the defaults. */
    public ProcessorService(ProcessorSettings settings, MeterRegistry registry, LongSupplier clockMs) {
        this(settings, TenantPolicies.always(TenantPolicy.DEFAULT), () -> true, registry, clockMs);
    }

    /**
     * With the policies of the instances.
     *
     * @param control what is known of instances; started and closed by the caller
     * @param clockMs the wall clock
     */
    public ProcessorService(
            ProcessorSettings settings, AccessControl control, MeterRegistry registry, LongSupplier clockMs) {
        this(settings, new ControlPolicies(control), control::ready, registry, clockMs);
    }

    ProcessorService(
            ProcessorSettings settings,
            TenantPolicies policies,
            BooleanSupplier policiesReady,
            MeterRegistry registry,
            LongSupplier clockMs) {
        this.settings = settings;
        this.registry = registry;
        this.metrics = new ProcessorMetrics(registry);
        this.usage = new UsageTables(settings.kafka(), clockMs);
        this.elections = new HaTables(settings.kafka());
        this.shards = new ShardTables(settings.kafka(), true);
        this.policiesReady = policiesReady;
        this.shared = new Shared(
                metrics,
                policies,
                new PublishedUsage(usage),
                elections,
                shards,
                rules(settings.shards()),
                new TenantId(settings.meteringInstance()),
                clockMs);
    }

    private static WideningRules rules(ProcessorSettings.Shards shards) {
        return new WideningRules(
                shards.samplesPerSecond(), shards.activeSeries(), shards.window(), shards.freeze(), shards.rest());
    }

    @Override
    public String name() {
        return "processor";
    }

    @Override
    public void start() {
        usage.start();
        elections.start();
        shards.start();
        awaitTables();
        if (!goesOn()) {
            return;
        }
        Properties config = StreamsProperties.of(settings);
        KafkaReceivedLog received = new KafkaReceivedLog(settings.kafka());
        KafkaStreams started = new KafkaStreams(ProcessorTopology.build(settings, shared, received), config);
        started.setUncaughtExceptionHandler(this::replaceThread);
        started.setGlobalStateRestoreListener(restore);
        started.setStateListener((now, before) -> log.info("processor state={} before={}", now, before));
        streams = started;
        streamsMetrics = new KafkaStreamsMetrics(started);
        streamsMetrics.bindTo(registry);
        Gauge.builder("millrace.processor.restore.remaining.records", restore, RestoreProgress::remaining)
                .description("Records of changelogs that still have to be read before partitions are processed")
                .register(registry);
        FunctionCounter.builder("millrace.processor.restored.records", restore, RestoreProgress::restored)
                .description("Records of changelogs read to get the state of partitions back")
                .register(registry);
        started.start();
    }

    /** Partitions processed here; 0 before the start. */
    int activeTasks() {
        KafkaStreams running = streams;
        return running == null
                ? 0
                : running.metadataForLocalThreads().stream()
                        .mapToInt(thread -> thread.activeTasks().size())
                        .sum();
    }

    /** Partitions of which a copy of the state is kept here; 0 before the start. */
    int standbyTasks() {
        KafkaStreams running = streams;
        return running == null
                ? 0
                : running.metadataForLocalThreads().stream()
                        .mapToInt(thread -> thread.standbyTasks().size())
                        .sum();
    }

    /** Records that the copies here have not read yet, markers of transactions among them; asks the broker. */
    long recordsBehind() {
        KafkaStreams running = streams;
        return running == null
                ? 0
                : running.allLocalStorePartitionLags().values().stream()
                        .flatMap(partitions -> partitions.values().stream())
                        .mapToLong(LagInfo::offsetLag)
                        .sum();
    }

    /** Ready when partitions are assigned and their state is restored. */
    @Override
    public Health check() {
        KafkaStreams running = streams;
        if (running == null) {
            return Health.notReady("not started");
        }
        return switch (running.state()) {
            case RUNNING -> Health.READY;
            case CREATED -> Health.notReady("starting");
            case REBALANCING -> Health.notReady("rebalancing: " + restore.describe());
            case PENDING_SHUTDOWN, NOT_RUNNING -> Health.notReady("stopped");
            case PENDING_ERROR, ERROR -> Health.notReady("failed: see the log, then restart");
        };
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        KafkaStreams running = streams;
        // Leaving tells the group at once; otherwise the partitions would wait for the session to time out.
        CloseOptions options = CloseOptions.timeout(CLOSE_TIMEOUT)
                .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP);
        if (running != null && !running.close(options)) {
            log.warn("processor did not stop timeout={}", CLOSE_TIMEOUT);
        }
        if (streamsMetrics != null) {
            streamsMetrics.close();
        }
        usage.close();
        elections.close();
        shards.close();
    }

    /**
     * Waits until rules, elections and shards are known: samples processed before would be stored under labels that the
     * instance does not want, and both of a pair of replicas; and series that have moved would count as new.
     */
    private void awaitTables() {
        while (goesOn() && !(policiesReady.getAsBoolean() && elections.ready() && shards.ready())) {
            pause(TABLES_POLL_MS);
        }
    }

    /** A signal to stop interrupts the start, which may wait for long when the broker is away. */
    private boolean goesOn() {
        return !closed && !Thread.currentThread().isInterrupted();
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private StreamThreadExceptionResponse replaceThread(Throwable cause) {
        metrics.threadFailed();
        log.error("stream thread failed, replacing it pauseMs={}", PAUSE_BEFORE_NEW_THREAD_MS, cause);
        pause(PAUSE_BEFORE_NEW_THREAD_MS);
        return StreamThreadExceptionResponse.REPLACE_THREAD;
    }
}
