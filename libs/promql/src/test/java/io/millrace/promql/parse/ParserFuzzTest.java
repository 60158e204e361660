package io.millrace.promql.parse;

import org.junit.jupiter.api.Test;

class ParserFuzzTest {
    @Test
    void shouldGiveATreeOrAParseExceptionForAnyText() {
        new ParserFuzz(42).strings(20_000);
    }

    @Test
    void shouldGiveATreeOrAParseExceptionForDamagedQueries() {
        new ParserFuzz(43).mutations(20_000);
    }
}
