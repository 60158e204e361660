package io.millrace.storage.cassandra;

import com.datastax.oss.driver.api.core.ConsistencyLevel;
import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.Row;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import com.datastax.oss.driver.api.core.servererrors.InvalidQueryException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the schema to the version of this program. Any number of processes may start at once; one migrates, the others
 * wait:
 *
 * <ol>
 *   <li>read {@code schema_version}; done if everything is applied
 *   <li>take the lock {@code schema_lock} by a lightweight transaction; it expires by itself if its holder dies
 *   <li>read {@code schema_version} again, apply what is missing in order, note each as applied, renewing the lock
 *   <li>give the lock back
 * </ol>
 *
 * A process that dies in the middle of a migration leaves it half applied and not noted; statements say IF NOT EXISTS, so
 * the next process applies it again.
 */
final class SchemaMigrations {
    /** In order. Append only. */
    static final List<Migration> ALL = List.of(
            Migration.load(1, "first_tables"),
            Migration.load(2, "usage_by_job"),
            Migration.load(3, "ledger_by_metric"),
            Migration.load(4, "merged"),
            Migration.load(5, "refused_items"),
            Migration.load(6, "aggregates"));

    private static final Logger log = LoggerFactory.getLogger(SchemaMigrations.class);

    /** Longer than any single statement takes; a holder renews it before each. */
    private static final Duration LOCK_EXPIRY = Duration.ofSeconds(120);

    private static final Duration POLL = Duration.ofMillis(500);

    private static final Duration OPENING_POLL = Duration.ofMillis(50);
    private static final Duration OPENING_LIMIT = Duration.ofSeconds(20);

    private final CqlSession session;
    private final CassandraSettings settings;
    private final List<Migration> migrations;
    private final String holder = UUID.randomUUID().toString();

    SchemaMigrations(CqlSession session, CassandraSettings settings, List<Migration> migrations) {
        this.session = session;
        this.settings = settings;
        this.migrations = migrations;
    }

    /**
     * @throws SchemaException when the schema is newer than this program, or was made from other files
     */
    void run() throws InterruptedException {
        makeBookkeepingTables();
        while (!whenOpen(this::isCurrent)) {
            if (whenOpen(this::tryLock)) {
                try {
                    applyMissing();
                } finally {
                    unlock();
                }
            } else {
                log.info("schema is being migrated by another process, waiting");
                Thread.sleep(POLL.toMillis());
            }
        }
    }

    private void makeBookkeepingTables() {
        if (hasTable("schema_version") && hasTable("schema_lock")) {
            return;
        }
        ddl("CREATE TABLE IF NOT EXISTS schema_version ("
                + "component text, version int, name text, checksum bigint, applied timestamp,"
                + " PRIMARY KEY ((component), version))");
        ddl("CREATE TABLE IF NOT EXISTS schema_lock (name text PRIMARY KEY, holder text)");
    }

    /**
     * Asks a bookkeeping table, and again while Cassandra says that there is none: a table that another process has just
     * made is in the schema a moment before the node has opened it.
     */
    private static boolean whenOpen(BooleanSupplier question) throws InterruptedException {
        long deadline = System.nanoTime() + OPENING_LIMIT.toNanos();
        while (true) {
            try {
                return question.getAsBoolean();
            } catch (InvalidQueryException e) {
                if (System.nanoTime() - deadline > 0) {
                    throw e;
                }
                Thread.sleep(OPENING_POLL.toMillis());
            }
        }
    }

    private boolean hasTable(String table) {
        return session.execute(SimpleStatement.newInstance(
                                "SELECT table_name FROM system_schema.tables WHERE keyspace_name = ? AND table_name = ?",
                                settings.keyspace(),
                                table))
                        .one()
                != null;
    }

    /** Whether everything is applied; false if something is missing. */
    private boolean isCurrent() {
        Map<Integer, Long> applied = applied();
        for (Migration migration : migrations) {
            Long checksum = applied.remove(migration.version());
            if (checksum == null) {
                return false;
            }
            if (checksum != migration.checksum()) {
                throw new SchemaException("schema version " + migration.version() + " (" + migration.name()
                        + ") in keyspace " + settings.keyspace()
                        + " was applied from another file than this program has: use the release that made it");
            }
        }
        if (!applied.isEmpty()) {
            throw new SchemaException("keyspace " + settings.keyspace() + " has schema versions " + applied.keySet()
                    + " which this program does not know: it is older than the one that made them, use that one");
        }
        return true;
    }

    private Map<Integer, Long> applied() {
        Map<Integer, Long> applied = new HashMap<>();
        for (Row row : session.execute(
                SimpleStatement.newInstance("SELECT version, checksum FROM schema_version WHERE component = 'store'")
                        .setConsistencyLevel(ConsistencyLevel.LOCAL_QUORUM))) {
            applied.put(row.getInt("version"), row.getLong("checksum"));
        }
        return applied;
    }

    private void applyMissing() {
        Map<Integer, Long> applied = applied();
        Map<String, String> values =
                Map.of("chunk_compaction", settings.chunkCompaction(), "compaction", settings.compaction());
        for (Migration migration : migrations) {
            if (applied.containsKey(migration.version())) {
                continue;
            }
            for (String statement : migration.statements(values)) {
                renewLock();
                ddl(statement);
            }
            session.execute(SimpleStatement.newInstance(
                            "INSERT INTO schema_version (component, version, name, checksum, applied)"
                                    + " VALUES ('store', ?, ?, ?, ?)",
                            migration.version(),
                            migration.name(),
                            migration.checksum(),
                            Instant.now())
                    .setConsistencyLevel(ConsistencyLevel.LOCAL_QUORUM));
            log.info("schema migrated version={} name={}", migration.version(), migration.name());
        }
    }

    private void ddl(String statement) {
        session.execute(SimpleStatement.newInstance(statement).setTimeout(Duration.ofSeconds(60)));
        if (!session.checkSchemaAgreement()) {
            throw new SchemaException("the nodes do not agree on the schema after: " + statement
                    + "; see nodetool describecluster, then start again");
        }
    }

    private boolean tryLock() {
        return transaction(SimpleStatement.newInstance(
                "INSERT INTO schema_lock (name, holder) VALUES ('migration', ?) IF NOT EXISTS USING TTL "
                        + LOCK_EXPIRY.toSeconds(),
                holder));
    }

    private void renewLock() {
        boolean held = transaction(SimpleStatement.newInstance(
                "UPDATE schema_lock USING TTL " + LOCK_EXPIRY.toSeconds()
                        + " SET holder = ? WHERE name = 'migration' IF holder = ?",
                holder,
                holder));
        if (!held) {
            throw new SchemaException("lost the migration lock: another process took it after "
                    + LOCK_EXPIRY.toSeconds() + " s; start again");
        }
    }

    private void unlock() {
        transaction(
                SimpleStatement.newInstance("DELETE FROM schema_lock WHERE name = 'migration' IF holder = ?", holder));
    }

    private boolean transaction(SimpleStatement statement) {
        return session.execute(statement
                        .setConsistencyLevel(ConsistencyLevel.LOCAL_QUORUM)
                        .setSerialConsistencyLevel(ConsistencyLevel.LOCAL_SERIAL)
                        .setTimeout(Duration.ofSeconds(30)))
                .wasApplied();
    }
}
