package io.millrace.storage.cassandra;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchesTest {
    @Test
    void shouldCutByRows() {
        assertThat(sizes(Collections.nCopies(250, 10))).containsExactly(100, 100, 50);
    }

    @Test
    void shouldCutByBytesButNeverLeaveARowOut() {
        assertThat(sizes(List.of(10, Batches.MAX_BYTES * 2, 10, Batches.MAX_BYTES - 10, 1)))
                .containsExactly(1, 1, 2, 1);
    }

    @Test
    void shouldSendNothingForNothing() {
        assertThat(sizes(List.of())).isEmpty();
    }

    @Test
    void shouldKeepTheOrder() {
        List<Integer> sent = new ArrayList<>();
        Batches.cut(IntStream.range(0, 1234).boxed().toList(), row -> 5_000, sent::addAll);
        assertThat(sent).isEqualTo(IntStream.range(0, 1234).boxed().toList());
    }

    private static List<Integer> sizes(List<Integer> rows) {
        List<Integer> sizes = new ArrayList<>();
        Batches.cut(rows, row -> row, batch -> sizes.add(batch.size()));
        return sizes;
    }
}
