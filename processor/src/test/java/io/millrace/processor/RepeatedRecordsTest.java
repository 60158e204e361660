package io.millrace.processor;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.Labels;
import io.millrace.processor.progress.ProcessedRange;
import io.millrace.processor.progress.RecordMark;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A group that goes back to offsets whose records are processed, through the whole topology. */
class RepeatedRecordsTest {
    private static final Labels UP = Labels.of("__name__", "up", "job", "node");
    private static final long NOON = DrivenTopology.NOON.toEpochMilli();

    @TempDir
    private Path folder;

    /** What the topic has. */
    private final List<ReceivedBatch> log = new ArrayList<>();

    private @Nullable RecordMark at(int partition, long offset) {
        return offset < log.size() ? RecordMark.of(NOON, log.get((int) offset).bytes()) : null;
    }

    /** A sample that is kept and one that is refused. */
    private static ReceivedBatch batch(int number) {
        return new ReceivedBatch(NOON)
                .series(UP)
                .sample(NOON + number, number)
                .sample(NOON + Duration.ofDays(1).toMillis(), number);
    }

    private ProcessedRange processed(int records) {
        try (DrivenTopology first = new DrivenTopology(folder.resolve("first"))) {
            for (int i = 0; i < records; i++) {
                first.send(batch(i));
            }
            assertThat(first.samples()).hasSize(records);
            return first.processed();
        }
    }

    @Test
    void shouldNeitherStoreNorRefuseNorCountRecordsAgain() {
        ProcessedRange range = processed(3);
        for (int i = 0; i < 4; i++) {
            log.add(batch(i));
        }
        try (DrivenTopology second = new DrivenTopology(folder.resolve("second"), this::at)) {
            second.restore(range);

            log.subList(0, 3).forEach(second::send);
            second.pass(Duration.ofSeconds(1));

            assertThat(second.samples()).isEmpty();
            assertThat(second.rejections()).isEmpty();
            assertThat(second.read("usage")).isEmpty();
            assertThat(second.counter("repeated.records")).isEqualTo(3);

            second.send(log.get(3));
            assertThat(second.samples()).hasSize(1);
            assertThat(second.rejections()).hasSize(1);
            assertThat(second.processed().last()).isEqualTo(3);
        }
    }

    @Test
    void shouldProcessAllOfATopicThatIsAnotherThanTheOneThatWasProcessed() {
        ProcessedRange range = processed(3);
        for (int i = 0; i < 4; i++) {
            log.add(batch(10 + i));
        }
        try (DrivenTopology second = new DrivenTopology(folder.resolve("second"), this::at)) {
            second.restore(range);

            log.forEach(second::send);

            assertThat(second.samples()).hasSize(4);
            assertThat(second.counter("repeated.records")).isZero();
            assertThat(second.counter("replaced.logs")).isEqualTo(1);
        }
    }
}
