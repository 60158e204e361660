package io.millrace.promql.print;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.promql.parse.ParserOptions;
import io.millrace.promql.parse.PromqlParser;
import java.io.IOException;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class TreeJsonTest {
    private static String json(String query) throws IOException {
        StringWriter out = new StringWriter();
        try (JsonGenerator generator = new JsonFactory().createGenerator(out)) {
            TreeJson.write(new PromqlParser(ParserOptions.EXPERIMENTAL).parse(query), generator);
        }
        return out.toString();
    }

    @Test
    void shouldWriteSelectors() throws IOException {
        assertThat(json("up{job=\"x\"} offset 1m @ 2"))
                .isEqualTo("{\"type\":\"vectorSelector\",\"name\":\"up\",\"matchers\":["
                        + "{\"name\":\"job\",\"value\":\"x\",\"type\":\"=\"},{\"name\":\"__name__\",\"value\":\"up\",\"type\":\"=\"}],"
                        + "\"offset\":60000,\"offsetExpr\":null,\"timestamp\":2000,\"startOrEnd\":null,"
                        + "\"anchored\":false,\"smoothed\":false}");
        assertThat(json("a[5m:1m] @ end()"))
                .contains("\"type\":\"subquery\"", "\"range\":300000", "\"step\":60000", "\"startOrEnd\":\"end\"");
        assertThat(json("rate(a[-step()+1m])"))
                .contains(
                        "\"rangeExpr\":{\"type\":\"durationExpr\",\"op\":\"+\",\"lhs\":{\"type\":\"durationExpr\",\"op\":\"-\"");
    }

    @Test
    void shouldWriteOperatorsAndCalls() throws IOException {
        assertThat(json("a + on(x) group_left(y) b"))
                .contains("\"matching\":{\"card\":\"many-to-one\",\"labels\":[\"x\"],\"on\":true,\"include\":[\"y\"],"
                        + "\"fillValues\":{\"lhs\":null,\"rhs\":null}},\"bool\":false");
        assertThat(json("-(1 > bool 2)"))
                .isEqualTo("{\"type\":\"unaryExpr\",\"op\":\"-\",\"expr\":{\"type\":\"parenExpr\","
                        + "\"expr\":{\"type\":\"binaryExpr\",\"op\":\">\",\"lhs\":{\"type\":\"numberLiteral\",\"val\":\"1\"},"
                        + "\"rhs\":{\"type\":\"numberLiteral\",\"val\":\"2\"},\"matching\":null,\"bool\":true}}}");
        assertThat(json("round(a, 5)"))
                .contains("\"func\":{\"name\":\"round\",\"argTypes\":[\"vector\",\"scalar\"],\"variadic\":1,"
                        + "\"returnType\":\"vector\"}");
        assertThat(json("topk by (x) (3, a)"))
                .startsWith("{\"type\":\"aggregation\",\"op\":\"topk\"")
                .contains(
                        "\"param\":{\"type\":\"numberLiteral\",\"val\":\"3\"}",
                        "\"grouping\":[\"x\"],\"without\":false");
        assertThat(json("\"s\"")).isEqualTo("{\"type\":\"stringLiteral\",\"val\":\"s\"}");
    }

    @Test
    void shouldWriteEveryKindOfQuery() throws IOException {
        for (String query : Queries.ALL) {
            assertThat(json(query)).startsWith("{\"type\":");
        }
    }
}
