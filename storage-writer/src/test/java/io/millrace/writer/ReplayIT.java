package io.millrace.writer;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.SeriesId;
import io.millrace.writer.replay.Replay;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reading Kafka once more against a real broker and node. */
class ReplayIT {
    private final long start = System.currentTimeMillis() / 1000 * 1000 - 600_000;
    private WriterEnvironment environment;

    @BeforeEach
    void start() throws Exception {
        environment = new WriterEnvironment(Map.of());
    }

    @AfterEach
    void close() {
        environment.close();
    }

    @Test
    void shouldStoreWhatIsMissingOnceAndLeaveDeletedSamplesDeleted() throws Exception {
        // given: nothing of it was ever stored
        List<SeriesId> series = environment.registerMany(20, start);
        for (int i = 0; i < 10; i++) {
            environment.sendSamples(series, start + i * 15_000L, 1);
        }
        environment.delete("{i=\"3\"}", start, start + 30_000);
        environment.sendSamples(series, start + 10 * 15_000L, 1);

        // when
        Replay.Report dry = replay(start, start + 600_000, true);

        // then
        assertThat(dry.samples()).isEqualTo(220);
        assertThat(dry.missing()).isEqualTo(220);
        assertThat(dry.unregistered()).isZero();
        assertThat(replay(start, start + 600_000, true).missing()).isEqualTo(220);

        // when
        assertThat(replay(start, start + 5 * 15_000L, false).missing()).isEqualTo(120);
        assertThat(replay(start, start + 600_000, false).missing()).isEqualTo(100);

        // then
        assertThat(replay(start, start + 600_000, false).missing()).isZero();
        environment
                .sent
                .get(series.get(3))
                .subMap(start, true, start + 30_000, true)
                .clear();
        assertThat(environment.stored()).isEqualTo(environment.sent);
    }

    private Replay.Report replay(long from, long to, boolean dryRun) {
        return environment.replay(from, to, dryRun);
    }
}
