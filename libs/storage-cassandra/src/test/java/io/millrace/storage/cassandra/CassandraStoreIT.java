package io.millrace.storage.cassandra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.model.SeriesId;
import io.millrace.model.TenantId;
import io.millrace.runtime.Health;
import io.millrace.storage.ChunkPartition;
import io.millrace.storage.ChunkRow;
import io.millrace.storage.ChunkStore;
import io.millrace.storage.MetricChunk;
import io.millrace.storage.RetentionClass;
import io.millrace.storage.RetentionPolicy;
import io.millrace.storage.SeriesRow;
import io.millrace.storage.Store;
import io.millrace.storage.StoreUnavailableException;
import io.millrace.testkit.TestCassandra;
import io.millrace.testkit.store.StoreContracts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The store on a real node does what a store does. */
class CassandraStoreIT extends StoreContracts {
    private static final String KEYSPACE = TestStores.newKeyspace();
    private static final SimpleMeterRegistry METERS = new SimpleMeterRegistry();
    private static final CassandraStore STORE = new CassandraStore(
            TestStores.settings(KEYSPACE), RetentionPolicy.fixed(RetentionClass.DAYS_90), "test", METERS);

    @BeforeAll
    static void start() throws Exception {
        STORE.start();
    }

    @AfterAll
    static void close() {
        STORE.close();
    }

    @Override
    protected Store store() {
        return STORE;
    }

    @Test
    void shouldDropEverythingOfADayOfAnInstance() throws Exception {
        // given
        TenantId tenant = new TenantId("deleted");
        SeriesId id = new SeriesId(1, 1);
        write(STORE.chunks(), tenant, id, 1);
        STORE.series()
                .write(tenant, 0, List.of(new SeriesRow(id, "up", new byte[] {1})))
                .toCompletableFuture()
                .join();
        assertThat(STORE.instances().hasSeries(tenant, 0)).isTrue();
        // when
        STORE.instances().dropDay(tenant, 0);
        STORE.instances().dropMetadata(tenant);
        // then
        assertThat(STORE.instances().hasSeries(tenant, 0)).isFalse();
        assertThat(STORE.merges().hasChunks(new ChunkPartition(tenant, 0, "up", 0).bucket(), 1_000))
                .isFalse();
    }

    @Test
    void shouldBeReadyAndDurableOnTheNodeWeShip() {
        assertThat(STORE.check()).isEqualTo(Health.READY);
        assertThat(METERS.get("millrace.cassandra.unsafe.nodes").gauge().value())
                .isZero();
    }

    @Test
    void shouldReadWhatWasWrittenBeforeTheRetentionChanged() throws Exception {
        // given
        TenantId tenant = new TenantId("moved");
        SeriesId id = new SeriesId(1, 1);
        try (CassandraStore before = store(RetentionPolicy.fixed(RetentionClass.DAYS_15))) {
            before.start();
            write(before.chunks(), tenant, id, 1);
        }
        // when
        RetentionPolicy policy = new RetentionPolicy() {
            @Override
            public RetentionClass writeTo(TenantId of) {
                return RetentionClass.DAYS_400;
            }

            @Override
            public Set<RetentionClass> readFrom(TenantId of) {
                return EnumSet.of(RetentionClass.DAYS_15, RetentionClass.DAYS_400);
            }
        };
        // then
        try (CassandraStore after = store(policy)) {
            after.start();
            write(after.chunks(), tenant, id, 0);
            write(after.chunks(), tenant, id, 2);
            List<Long> starts = new ArrayList<>();
            after.chunks()
                    .read(new ChunkPartition(tenant, 0, "up", 0), List.of(id), 0, 10, row -> starts.add(row.startMs()));
            assertThat(starts).containsExactly(0L, 1L, 2L);
        }
    }

    @Test
    void shouldSayThatTheStoreIsAwayWhileTheNodeIsPausedAndGoOnAfterwards() throws Exception {
        // given
        CassandraSettings impatient = TestStores.settings(Map.of(
                "MILLRACE_TEST_CASSANDRA_CONTACT_POINTS",
                "127.0.0.1:" + TestCassandra.contactPoint().getPort(),
                "MILLRACE_TEST_CASSANDRA_KEYSPACE",
                KEYSPACE,
                "MILLRACE_TEST_CASSANDRA_REQUEST_TIMEOUT",
                "2s"));
        try (CassandraStore store = new CassandraStore(
                impatient, RetentionPolicy.fixed(RetentionClass.DAYS_90), "impatient", new SimpleMeterRegistry())) {
            store.start();
            TenantId tenant = new TenantId("paused");
            SeriesId id = new SeriesId(1, 1);
            // when
            TestCassandra.node().pause();
            try {
                assertThatThrownBy(() -> write(store.chunks(), tenant, id, 1))
                        .isInstanceOf(ExecutionException.class)
                        .hasCauseInstanceOf(StoreUnavailableException.class)
                        .hasMessageContaining("writing chunks");
                assertThatThrownBy(() -> store.chunks()
                                .read(new ChunkPartition(tenant, 0, "up", 0), List.of(id), 0, 10, row -> {}))
                        .isInstanceOf(StoreUnavailableException.class)
                        .hasMessageContaining("reading chunks of up");
            } finally {
                TestCassandra.node().resume();
            }
            // then
            write(store.chunks(), tenant, id, 2);
        }
    }

    @Test
    void shouldMakeWhatIsMissingWhenTheSchemaComesBackOlder() throws Exception {
        // given
        String keyspace = TestStores.newKeyspace();
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        CassandraSettings settings = TestStores.settings(keyspace);
        try (CassandraStore store =
                new CassandraStore(settings, RetentionPolicy.fixed(RetentionClass.DAYS_90), "restored", meters)) {
            store.start();
            TenantId tenant = new TenantId("restored");
            SeriesId id = new SeriesId(1, 1);
            write(store.chunks(), tenant, id, 1);
            // when: the cluster is set back to before the migration that made this table
            try (CqlSession session = DriverConfig.applyForSchema(settings, "test")
                    .withKeyspace(keyspace)
                    .build()) {
                session.execute(
                        SimpleStatement.newInstance("DROP TABLE chunks_90d").setTimeout(Duration.ofSeconds(60)));
                session.execute("DELETE FROM schema_version WHERE component = 'store'");
            }
            // then: what is repeated goes through before long
            assertThatThrownBy(() -> write(store.chunks(), tenant, id, 2))
                    .hasMessageContaining("InvalidQueryException");
            await().atMost(Duration.ofSeconds(60)).ignoreExceptions().untilAsserted(() -> {
                write(store.chunks(), tenant, id, 2);
            });
            assertThat(meters.get("millrace.cassandra.schema.repairs").counter().count())
                    .isPositive();
        }
    }

    private static CassandraStore store(RetentionPolicy policy) {
        return new CassandraStore(TestStores.settings(KEYSPACE), policy, "test", new SimpleMeterRegistry());
    }

    private static void write(ChunkStore chunks, TenantId tenant, SeriesId id, long startMs) throws Exception {
        ChunkRow row = new ChunkRow(id, startMs, 1, startMs, 1, (byte) 1, new byte[20]);
        chunks.write(new ChunkPartition(tenant, 0, "up", 0).bucket(), List.of(new MetricChunk("up", 1, row)))
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
    }
}
