package io.millrace.house;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.RejectReason;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RunbookTest {
    @Test
    void shouldHaveAHeadingForEachRejectReason() throws IOException {
        // given
        List<String> lines = Files.readAllLines(House.root().resolve("docs/runbook.md"));

        // when
        List<String> missing = Arrays.stream(RejectReason.values())
                .map(reason -> "### " + reason.id())
                .filter(heading -> !lines.contains(heading))
                .toList();

        // then
        assertThat(missing).isEmpty();
    }
}
