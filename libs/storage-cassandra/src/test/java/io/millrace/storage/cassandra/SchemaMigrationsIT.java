package io.millrace.storage.cassandra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The schema on a real node. */
class SchemaMigrationsIT {
    private static final Migration FIRST = new Migration(
            1, "first", "CREATE TABLE IF NOT EXISTS a (k int PRIMARY KEY) WITH compaction = ${compaction};");
    private static final Migration SECOND =
            new Migration(2, "second", "ALTER TABLE a ADD v int; -- fails when done twice");

    private final String keyspace = TestStores.newKeyspace();
    private final CassandraSettings settings = TestStores.settings(keyspace);
    private CqlSession session;

    @BeforeEach
    void connect() {
        try (CqlSession bootstrap =
                DriverConfig.applyForSchema(settings, "test").build()) {
            bootstrap.execute("CREATE KEYSPACE " + keyspace
                    + " WITH replication = {'class': 'NetworkTopologyStrategy', 'datacenter1': 1}");
        }
        session = open();
    }

    @AfterEach
    void close() {
        session.close();
    }

    private CqlSession open() {
        return DriverConfig.applyForSchema(settings, "test")
                .withKeyspace(keyspace)
                .build();
    }

    @Test
    void shouldApplyWhatIsMissingAndOnlyThat() throws Exception {
        new SchemaMigrations(session, settings, List.of(FIRST)).run();
        new SchemaMigrations(session, settings, List.of(FIRST, SECOND)).run();
        new SchemaMigrations(session, settings, List.of(FIRST, SECOND)).run();
        session.execute("INSERT INTO a (k, v) VALUES (1, 2)");
        assertThat(session.execute("SELECT version FROM schema_version WHERE component = 'store'")
                        .all())
                .extracting(row -> row.getInt(0))
                .containsExactly(1, 2);
    }

    @Test
    void shouldMigrateOnceWhenManyStartTogether() throws Exception {
        // given: the second migration fails when it is applied twice
        ExecutorService threads = Executors.newFixedThreadPool(6);
        List<Future<?>> runs = new ArrayList<>();
        // when
        for (int i = 0; i < 6; i++) {
            runs.add(threads.submit(() -> {
                try (CqlSession own = open()) {
                    new SchemaMigrations(own, settings, List.of(FIRST, SECOND)).run();
                }
                return null;
            }));
        }
        // then
        for (Future<?> run : runs) {
            run.get(60, TimeUnit.SECONDS);
        }
        threads.shutdown();
    }

    @Test
    void shouldRefuseASchemaMadeByANewerRelease() throws Exception {
        new SchemaMigrations(session, settings, List.of(FIRST, SECOND)).run();
        assertThatThrownBy(() -> new SchemaMigrations(session, settings, List.of(FIRST)).run())
                .isInstanceOf(SchemaException.class)
                .hasMessageContaining("[2]")
                .hasMessageContaining("older than the one that made them");
    }

    @Test
    void shouldRefuseAMigrationThatWasChangedAfterItWasApplied() throws Exception {
        new SchemaMigrations(session, settings, List.of(FIRST)).run();
        Migration changed = new Migration(1, "first", "CREATE TABLE IF NOT EXISTS b (k int PRIMARY KEY);");
        assertThatThrownBy(() -> new SchemaMigrations(session, settings, List.of(changed)).run())
                .isInstanceOf(SchemaException.class)
                .hasMessageContaining("another file");
    }

    @Test
    void shouldTellWhenTheKeyspaceIsNotDurable() {
        assertThat(Durability.unsafeNodes(session, keyspace)).isEmpty();
        session.execute(SimpleStatement.newInstance("ALTER KEYSPACE " + keyspace + " WITH durable_writes = false"));
        assertThat(Durability.unsafeNodes(session, keyspace))
                .singleElement()
                .asString()
                .contains("durable_writes");
    }
}
