package io.millrace.promql.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.millrace.promql.generate.Vocabulary.Kind;
import io.millrace.promql.generate.Vocabulary.Metric;
import io.millrace.promql.parse.ParserOptions;
import io.millrace.promql.parse.PromqlParser;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class QueryGeneratorTest {
    private static final Vocabulary VOCABULARY = new Vocabulary(
            List.of(
                    new Metric("requests_total", Kind.COUNTER, Map.of("job", List.of("api", "web.1", "+x"))),
                    new Metric("up", Kind.GAUGE, Map.of()),
                    new Metric("latency_bucket", Kind.BUCKETS, Map.of("le", List.of("0.1", "1", "+Inf"))),
                    new Metric("size", Kind.NATIVE_HISTOGRAM, Map.of("path", List.of("/", "a\\d")))),
            List.of(0.0, 1234.567));

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void shouldWriteQueriesOfTheRightTypes(Dialect dialect) {
        // given
        QueryGenerator generator = new QueryGenerator(VOCABULARY, dialect, 7);
        PromqlParser parser =
                new PromqlParser(dialect == Dialect.EXPERIMENTAL ? ParserOptions.EXPERIMENTAL : ParserOptions.STABLE);
        Set<String> queries = new HashSet<>();

        // when
        for (int i = 0; i < 3000; i++) {
            queries.add(i % 10 == 0 ? generator.nextRange() : generator.next());
        }

        // then
        assertThat(queries)
                .hasSizeGreaterThan(2000)
                .allSatisfy(query ->
                        assertThatCode(() -> parser.parse(query)).as(query).doesNotThrowAnyException());
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void shouldWriteTheSameForTheSameSeed(Dialect dialect) {
        QueryGenerator first = new QueryGenerator(VOCABULARY, dialect, 11);
        QueryGenerator second = new QueryGenerator(VOCABULARY, dialect, 11);

        for (int i = 0; i < 100; i++) {
            assertThat(first.next()).isEqualTo(second.next());
        }
    }
}
