package io.millrace.storage.cassandra;

import com.datastax.oss.driver.api.core.AllNodesFailedException;
import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.CqlSessionBuilder;
import com.datastax.oss.driver.api.core.DriverTimeoutException;
import com.datastax.oss.driver.api.core.auth.AuthenticationException;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import com.datastax.oss.driver.api.core.metadata.Node;
import com.datastax.oss.driver.api.core.metadata.NodeState;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.runtime.Health;
import io.millrace.runtime.Service;
import io.millrace.storage.ChunkStore;
import io.millrace.storage.DeletionStore;
import io.millrace.storage.ExemplarStore;
import io.millrace.storage.InstanceStore;
import io.millrace.storage.MergeStore;
import io.millrace.storage.MetadataStore;
import io.millrace.storage.ProgressStore;
import io.millrace.storage.RejectionLedger;
import io.millrace.storage.RetentionPolicy;
import io.millrace.storage.SeriesRegistry;
import io.millrace.storage.Store;
import io.millrace.storage.StoreUnavailableException;
import io.millrace.storage.UsageStore;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store on a Cassandra cluster: one session, its schema, and the parts of the store that work on them. The parts may
 * be asked for after {@link #start}. Thread-safe.
 */
public final class CassandraStore implements Service, Store {
    private static final Logger log = LoggerFactory.getLogger(CassandraStore.class);
    private static final Duration RETRY = Duration.ofMillis(500);

    private final CassandraSettings settings;
    private final RetentionPolicy retention;
    private final String sessionName;
    private final AtomicInteger unsafe = new AtomicInteger();
    private final Counter schemaRepairs;
    private volatile @Nullable CqlSession session;
    private volatile @Nullable Parts parts;

    /** The parts of the store, on one session. */
    private record Parts(
            ChunkStore chunks,
            SeriesRegistry series,
            MetadataStore metadata,
            ExemplarStore exemplars,
            RejectionLedger rejections,
            UsageStore usage,
            MergeStore merges,
            ProgressStore progress,
            DeletionStore deletions,
            InstanceStore instances) {}

    /** @param sessionName names the session in logs and in Cassandra's list of clients, such as {@code writer} */
    public CassandraStore(
            CassandraSettings settings, RetentionPolicy retention, String sessionName, MeterRegistry registry) {
        this.settings = settings;
        this.retention = retention;
        this.sessionName = "millrace-" + sessionName;
        Gauge.builder("millrace.cassandra.unsafe.nodes", unsafe, AtomicInteger::get)
                .description("Nodes that can lose acknowledged writes when they are killed, as of the start")
                .tag("session", sessionName)
                .register(registry);
        schemaRepairs = Counter.builder("millrace.cassandra.schema.repairs")
                .description("Times the schema was found to be older than this program while it ran")
                .tag("session", sessionName)
                .register(registry);
    }

    @Override
    public String name() {
        return "cassandra";
    }

    /**
     * Connects, makes keyspace and tables, migrates the schema, checks that acknowledged writes are durable, prepares
     * statements. Waits for Cassandra up to {@code start-timeout}.
     *
     * @throws SchemaException when the schema cannot be used by this program
     * @throws StoreUnavailableException when no node answers in time
     */
    @Override
    public void start() throws InterruptedException {
        long deadline = System.nanoTime() + settings.startTimeout().toNanos();
        while (parts == null) {
            try {
                open();
            } catch (DriverTimeoutException | AllNodesFailedException e) {
                closeSession();
                if (System.nanoTime() - deadline > 0) {
                    throw new StoreUnavailableException(
                            "Cassandra at " + settings.contactPoints() + " went away while the store started: "
                                    + e.getMessage(),
                            e);
                }
                log.warn("Cassandra went away while the store started, beginning again reason={}", e.toString());
                Thread.sleep(RETRY.toMillis());
            }
        }
        log.info(
                "store is ready keyspace={} contactPoints={} consistency={}",
                settings.keyspace(),
                settings.contactPoints(),
                settings.consistency());
    }

    private void open() throws InterruptedException {
        try (CqlSession schema = connect(DriverConfig.applyForSchema(settings, sessionName))) {
            makeKeyspace(schema);
        }
        migrate();
        CqlSession connected = connect(DriverConfig.apply(settings, sessionName)
                .withKeyspace(settings.keyspace())
                .addRequestTracker(new SchemaWatch(this::migrate, schemaRepairs)));
        session = connected;
        unsafe.set(Durability.unsafeNodes(connected, settings.keyspace()).size());
        parts = new Parts(
                new CassandraChunkStore(connected, retention),
                new CassandraSeriesRegistry(connected, retention),
                new CassandraMetadataStore(connected),
                new CassandraExemplarStore(connected, retention),
                new CassandraRejectionLedger(connected),
                new CassandraUsageStore(connected),
                new CassandraMergeStore(connected, retention, System::currentTimeMillis),
                new CassandraProgressStore(connected),
                new CassandraDeletionStore(connected),
                new CassandraInstanceStore(connected));
    }

    private void migrate() throws InterruptedException {
        try (CqlSession schema =
                connect(DriverConfig.applyForSchema(settings, sessionName).withKeyspace(settings.keyspace()))) {
            new SchemaMigrations(schema, settings, SchemaMigrations.ALL).run();
        }
    }

    private CqlSession connect(CqlSessionBuilder builder) throws InterruptedException {
        long deadline = System.nanoTime() + settings.startTimeout().toNanos();
        boolean told = false;
        while (true) {
            try {
                return builder.build();
            } catch (AllNodesFailedException e) {
                refuseWrongPassword(e);
                if (System.nanoTime() - deadline > 0) {
                    throw new StoreUnavailableException(
                            "Cassandra does not answer at " + settings.contactPoints() + " after "
                                    + settings.startTimeout()
                                    + ": check cassandra.contact-points and cassandra.datacenter ("
                                    + settings.datacenter() + ")",
                            e);
                }
                if (!told) {
                    told = true;
                    log.info(
                            "waiting for Cassandra contactPoints={} reason={}", settings.contactPoints(), e.toString());
                }
                Thread.sleep(RETRY.toMillis());
            }
        }
    }

    private static void refuseWrongPassword(AllNodesFailedException failure) {
        for (var errors : failure.getAllErrors().values()) {
            for (Throwable error : errors) {
                if (error instanceof AuthenticationException authentication) {
                    throw authentication;
                }
            }
        }
    }

    private void makeKeyspace(CqlSession bootstrap) {
        String keyspace = settings.keyspace();
        boolean exists = bootstrap
                        .execute(SimpleStatement.newInstance(
                                "SELECT keyspace_name FROM system_schema.keyspaces WHERE keyspace_name = ?", keyspace))
                        .one()
                != null;
        if (!exists) {
            bootstrap.execute(SimpleStatement.newInstance("CREATE KEYSPACE IF NOT EXISTS " + keyspace
                            + " WITH replication = {'class': 'NetworkTopologyStrategy', '" + settings.datacenter()
                            + "': " + settings.replicationFactor() + "} AND durable_writes = true")
                    .setTimeout(Duration.ofSeconds(60)));
            log.info("keyspace made keyspace={} replicationFactor={}", keyspace, settings.replicationFactor());
        }
    }

    @Override
    public ChunkStore chunks() {
        return part(Parts::chunks);
    }

    @Override
    public SeriesRegistry series() {
        return part(Parts::series);
    }

    @Override
    public MetadataStore metadata() {
        return part(Parts::metadata);
    }

    @Override
    public ExemplarStore exemplars() {
        return part(Parts::exemplars);
    }

    @Override
    public RejectionLedger rejections() {
        return part(Parts::rejections);
    }

    @Override
    public UsageStore usage() {
        return part(Parts::usage);
    }

    @Override
    public MergeStore merges() {
        return part(Parts::merges);
    }

    @Override
    public ProgressStore progress() {
        return part(Parts::progress);
    }

    @Override
    public DeletionStore deletions() {
        return part(Parts::deletions);
    }

    public InstanceStore instances() {
        return part(Parts::instances);
    }

    private <T> T part(Function<Parts, T> which) {
        Parts started = parts;
        if (started == null) {
            throw new IllegalStateException("the store is not started");
        }
        return which.apply(started);
    }

    /** Ready while at least one node of the data centre is believed to be up. */
    @Override
    public Health check() {
        CqlSession open = session;
        if (open == null || parts == null) {
            return Health.notReady("connecting to Cassandra at " + settings.contactPoints());
        }
        for (Node node : open.getMetadata().getNodes().values()) {
            if (node.getState() != NodeState.DOWN && node.getState() != NodeState.FORCED_DOWN) {
                return Health.READY;
            }
        }
        return Health.notReady("no Cassandra node answers at " + settings.contactPoints());
    }

    @Override
    public void close() {
        parts = null;
        closeSession();
    }

    private void closeSession() {
        CqlSession open = session;
        session = null;
        if (open != null) {
            open.close();
        }
    }
}
