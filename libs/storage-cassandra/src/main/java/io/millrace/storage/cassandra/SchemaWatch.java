package io.millrace.storage.cassandra;

import com.datastax.oss.driver.api.core.config.DriverExecutionProfile;
import com.datastax.oss.driver.api.core.metadata.Node;
import com.datastax.oss.driver.api.core.servererrors.InvalidQueryException;
import com.datastax.oss.driver.api.core.session.Request;
import com.datastax.oss.driver.api.core.tracker.RequestTracker;
import io.micrometer.core.instrument.Counter;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that the schema is no longer the one this program made: the cluster came back from a snapshot taken before an
 * upgrade, or somebody dropped a table. Then Cassandra calls our statements invalid, all writes to that table are held, and
 * would be for ever; so the migrations are run again, which makes what is missing and nothing else. Thread-safe.
 */
final class SchemaWatch implements RequestTracker {
    private static final Logger log = LoggerFactory.getLogger(SchemaWatch.class);

    private final Repair repair;
    private final Counter repairs;
    private final AtomicBoolean underWay = new AtomicBoolean();

    /** Brings the schema up to date. */
    @FunctionalInterface
    interface Repair {
        void run() throws InterruptedException;
    }

    SchemaWatch(Repair repair, Counter repairs) {
        this.repair = repair;
        this.repairs = repairs;
    }

    @Override
    public void onError(
            Request request,
            Throwable error,
            long latencyNanos,
            DriverExecutionProfile executionProfile,
            Node node,
            String requestLogPrefix) {
        if (isAboutTables(error) && underWay.compareAndSet(false, true)) {
            Thread thread = new Thread(() -> repair(error), "cassandra-schema-repair");
            thread.setDaemon(true);
            thread.start();
        }
    }

    /** Cassandra also calls a request invalid because the disk of a node is nearly full. */
    private static boolean isAboutTables(Throwable error) {
        String message = error.getMessage();
        return error instanceof InvalidQueryException
                && message != null
                && (message.contains("does not exist") || message.contains("unconfigured table"));
    }

    private void repair(Throwable error) {
        log.warn(
                "Cassandra does not know our tables any more, as after a restore of an older snapshot; what is missing"
                        + " is made again reason={}",
                error.getMessage());
        repairs.increment();
        try {
            repair.run();
            log.info("schema is up to date again");
        } catch (RuntimeException e) {
            log.error("schema could not be brought up to date, the next failing request tries again", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            underWay.set(false);
        }
    }

    @Override
    public void close() {
        // nothing is held
    }
}
