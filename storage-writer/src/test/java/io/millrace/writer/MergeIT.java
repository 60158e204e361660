package io.millrace.writer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.model.SeriesId;
import io.millrace.storage.BucketSeries;
import io.millrace.storage.ChunkBucket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Merging, deleting and replaying with a real broker and a real node. */
class MergeIT {
    private static final Duration LONG = Duration.ofSeconds(90);
    private static final long DAY_MS = 86_400_000;

    /** The day before yesterday: it is closed, whatever the time of day. */
    private static final int DAY = (int) (System.currentTimeMillis() / DAY_MS) - 2;

    private static final long START = DAY * DAY_MS;

    private WriterEnvironment environment;

    @BeforeEach
    void start() throws Exception {
        environment = new WriterEnvironment(Map.of(
                "CHUNKS_FLUSH_INTERVAL",
                "1s",
                "MERGE_DELAY",
                "1s",
                "MERGE_INTERVAL",
                "200ms",
                "MERGE_LOOK_AGAIN",
                "200ms",
                "MERGE_PERCENT",
                "100"));
    }

    @AfterEach
    void close() {
        environment.close();
    }

    @Test
    void shouldMergeADayKeepWhatComesLateAndNeverBringBackWhatWasDeleted() throws Exception {
        List<SeriesId> series;
        try (WriterService writer = environment.newWriter()) {
            writer.start();
            series = environment.announceMany(40, START);
            for (int i = 0; i < 30; i++) {
                environment.sendSamples(series, START + i * 15_000L, 1);
            }
            awaitMerged();

            // when: samples come late
            environment.sendSamples(series, START + 7_500, 2);
            environment.sendSamples(series, START + 500 * 15_000L, 3);
            awaitMerged();

            // when: some are deleted, and some of the deleted ones are sent again
            environment.delete("{i=\"3\"}", START, START + 10 * 15_000L);
            SeriesId id = series.get(3);
            environment
                    .sent
                    .get(id)
                    .subMap(START, true, START + 10 * 15_000L, true)
                    .clear();
            environment.sendSamples(List.of(id), START + 15_000, 9);
            assertThat(environment.sent.get(id)).hasSize(32 - 12 + 1);
            awaitMerged();
            await().atMost(LONG)
                    .until(() -> environment.store().merges().marks(WriterEnvironment.TENANT, DAY).stream()
                            .allMatch(mark -> mark.purged().size() == 1));
        }
        // when: everything is read from Kafka once more
        environment.forgetOffsets();
        try (WriterService writer = environment.newWriter()) {
            writer.start();
            await().atMost(LONG).pollInterval(Duration.ofMillis(500)).until(() -> {
                environment.tick();
                return environment.uncommitted() < 10;
            });
            awaitMerged();
        }
        assertThat(environment.stored()).isEqualTo(environment.sent);
    }

    /** Waits until everything is in merged rows and nothing in chunks. */
    private void awaitMerged() {
        await().atMost(LONG)
                .pollInterval(Duration.ofMillis(500))
                .ignoreExceptions()
                .untilAsserted(() -> {
                    environment.tick();
                    List<BucketSeries> found = new ArrayList<>();
                    for (int bucket = 0; bucket < ChunkBucket.COUNT; bucket++) {
                        environment
                                .store()
                                .merges()
                                .read(
                                        new ChunkBucket(WriterEnvironment.TENANT, DAY, bucket),
                                        Long.MAX_VALUE / 2_000_000)
                                .forEachRemaining(found::add);
                    }
                    assertThat(found).hasSize(environment.sent.size());
                    assertThat(found)
                            .allSatisfy(each -> assertThat(each.chunks()).isEmpty());
                    assertThat(environment.stored()).isEqualTo(environment.sent);
                });
    }
}
