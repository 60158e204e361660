package io.millrace.promql.generate;

import org.junit.jupiter.api.Test;

/** The command {@code bin/promqlfuzz} runs the same for longer. */
class QueryFuzzTest {
    @Test
    void shouldAnswerOrRefuseAnyText() {
        new QueryFuzz(42).strings(20_000);
    }

    @Test
    void shouldAnswerOrRefuseDamagedQueries() {
        new QueryFuzz(43).mutations(5_000);
    }

    @Test
    void shouldRefuseWhatIsTooDeep() {
        new QueryFuzz(44).depths(10_000);
    }
}
