package io.millrace.processor;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.Labels;
import io.millrace.wire.record.JobUsageRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Metering by job, through the whole topology. */
class JobUsageTest {
    private static final Duration ROUND = Duration.ofSeconds(15);

    @TempDir
    private Path folder;

    private DrivenTopology topology;

    @BeforeEach
    void start() {
        topology = new DrivenTopology(folder);
    }

    @AfterEach
    void stop() {
        topology.close();
    }

    private void send(String job, int series, int samples) {
        ReceivedBatch batch = topology.batch();
        for (int number = 0; number < series; number++) {
            batch.series(Labels.of("__name__", "m", "job", job, "n", Integer.toString(number)));
            for (int sample = 0; sample < samples; sample++) {
                batch.sample(topology.now + sample, sample);
            }
        }
        topology.send(batch);
    }

    private Map<String, JobUsageRecord> published() {
        topology.pass(ROUND);
        List<JobUsageRecord> records = topology.jobs();
        return records.stream()
                .collect(Collectors.toMap(JobUsageRecord::job, Function.identity(), (older, newer) -> newer));
    }

    @Test
    void shouldCountSamplesBytesAndActiveSeriesOfEachJob() {
        send("node", 3, 2);
        send("api", 1, 1);
        send("node", 2, 1);

        Map<String, JobUsageRecord> jobs = published();

        assertThat(jobs).containsOnlyKeys("node", "api");
        JobUsageRecord node = jobs.get("node");
        assertThat(node.samples()).isEqualTo(8);
        assertThat(node.activeSeries()).isEqualTo(3);
        assertThat(node.current().samples()).isEqualTo(8);
        assertThat(node.current().maxActiveSeries()).isEqualTo(3);
        assertThat(node.bytes()).isPositive().isEqualTo(node.current().bytes());
        assertThat(jobs.get("api").samples()).isEqualTo(1);
    }

    @Test
    void shouldPublishOnlyWhatHasChanged() {
        send("node", 1, 1);
        send("api", 1, 1);
        published();
        send("api", 1, 1);
        assertThat(published()).containsOnlyKeys("api");
        assertThat(published()).isEmpty();
    }

    @Test
    void shouldKeepTheHourBeforeBesideTheCurrentOne() {
        send("node", 1, 3);
        topology.pass(Duration.ofHours(1));
        send("node", 1, 4);

        JobUsageRecord node = published().get("node");

        assertThat(node.previous().samples()).isEqualTo(3);
        assertThat(node.current().samples()).isEqualTo(4);
        assertThat(node.current().hour()).isEqualTo(node.previous().hour() + 1);
        assertThat(node.samples()).isEqualTo(7);
    }

    @Test
    void shouldNotCountARecordThatIsSetAside() {
        send("node", 1, 1);
        ReceivedBatch batch = topology.batch();
        batch.series(Labels.of("__name__", "m", "job", "node", "n", "0")).sample(topology.now, 1);
        batch.writer().series(1, 2);
        topology.send(batch);
        assertThat(topology.read("quarantine")).hasSize(1);
        assertThat(published().get("node").samples()).isEqualTo(1);
    }

    @Test
    void shouldForgetAJobThatIsOver() {
        send("node", 1, 1);
        published();
        for (int minute = 0; minute < 185; minute++) {
            topology.pass(Duration.ofMinutes(1));
        }
        assertThat(topology.read("usage-by-job"))
                .last()
                .satisfies(record -> assertThat(record.value()).isNull());
    }
}
