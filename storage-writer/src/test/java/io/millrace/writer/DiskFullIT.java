package io.millrace.writer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.embedded.CassandraNode;
import io.millrace.embedded.CassandraNodeSettings;
import io.millrace.embedded.NodeException;
import io.millrace.model.SeriesId;
import io.millrace.runtime.Health;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** A node whose disk is as good as full. It needs root for a small disk, and is skipped without. */
class DiskFullIT {
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final long START = (System.currentTimeMillis() / 86_400_000 - 1) * 86_400_000 + 43_200_000;

    @Test
    void shouldLoseNothingAndGoOnByItselfWhenThereIsRoomAgain(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder)
            throws Exception {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        AtomicBoolean over = new AtomicBoolean();
        try (SmallDisk disk = SmallDisk.mount(folder.resolve("disk"), 400);
                CassandraNode node = CassandraNode.start(
                        CassandraNodeSettings.in(disk.folder()).withLogFolder(folder.resolve("log")));
                WriterEnvironment environment = new WriterEnvironment(
                        Map.of("CASSANDRA_CONTACT_POINTS", "127.0.0.1:" + node.port(), "CHUNKS_FLUSH_INTERVAL", "1s"));
                WriterService writer = environment.newWriter(registry)) {
            supervise(node, over);
            writer.start();
            await().atMost(PATIENCE).until(() -> writer.check().equals(Health.READY));
            List<SeriesId> ids = environment.announceMany(50, START);
            // when: the disk fills up while samples come
            disk.fill(16);
            long sample = 0;
            while (writer.check().ready()) {
                assertThat(sample).as("samples stored on a full disk").isLessThan(100_000);
                environment.sendSamples(ids, START + 1_000 * sample++, 0);
                Thread.sleep(20);
            }
            // then: the writer says so, and counts
            assertThat(writer.check().reason())
                    .containsAnyOf("the store does not take writes", "no Cassandra node answers");
            assertThat(registry.get("millrace.writer.write.retries").counters().stream()
                            .mapToDouble(counter -> counter.count())
                            .sum())
                    .isPositive();
            await().atMost(PATIENCE)
                    .until(() -> registry.get("millrace.writer.store.failing.seconds").gauges().stream()
                            .anyMatch(gauge -> gauge.value() > 0));
            for (int i = 0; i < 50; i++) {
                environment.sendSamples(ids, START + 1_000 * sample++, 0);
            }
            // when: there is room again
            disk.empty();
            // then: it goes on by itself
            await().atMost(PATIENCE).until(() -> writer.check().equals(Health.READY));
            writer.close();
            // the session of the test finds the node again in its own time
            await().atMost(PATIENCE)
                    .ignoreExceptions()
                    .untilAsserted(() -> assertThat(environment.stored()).isEqualTo(environment.sent));
            assertThat(environment.uncommitted()).isZero();
            // and what was acknowledged survives a kill
            node.kill();
            await().atMost(PATIENCE)
                    .ignoreExceptions()
                    .untilAsserted(() -> assertThat(environment.stored()).isEqualTo(environment.sent));
            over.set(true);
        }
    }

    /** Starts the node again whenever it ends, until it works: what {@code bin/millrace up} and compose do. */
    private static void supervise(CassandraNode node, AtomicBoolean over) {
        node.onExit(() -> {
            while (!over.get()) {
                try {
                    node.start();
                    supervise(node, over);
                    return;
                } catch (NodeException e) {
                    pause();
                }
            }
        });
    }

    private static void pause() {
        try {
            Thread.sleep(1_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
