package io.millrace.query.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.promql.format.GoFloat;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PointTextTest {
    @Test
    void shouldWriteTheTextsOfGoWhateverTheValue() throws Exception {
        // given: values of every size, and those at the borders of the cases
        Random random = new Random(3);
        double[] values = new double[20_000];
        long[] times = new long[values.length];
        double[] borders = {
            0,
            -0.0,
            1,
            -1,
            1e-3,
            9.999999999999999e-4,
            1e7,
            9999999.999999998,
            1e15,
            1e15 + 0.125,
            999999999999999.9,
            1e21,
            1e-6,
            1e-7,
            Double.NaN,
            Double.POSITIVE_INFINITY,
            Double.NEGATIVE_INFINITY,
            Double.MIN_VALUE,
            Double.MAX_VALUE,
            0.1,
            -0.1,
            2e23,
            100,
            123456.5
        };
        for (int i = 0; i < values.length; i++) {
            values[i] = i < borders.length
                    ? borders[i]
                    : i % 3 == 0
                            ? Double.longBitsToDouble(random.nextLong())
                            : (random.nextInt(2_000_000) - 1_000_000) / Math.pow(10, random.nextInt(9));
            times[i] = i % 2 == 0 ? random.nextInt() : random.nextInt() * 1000L;
        }

        // when
        JsonNode written = array(times, values, i -> true);

        // then
        assertThat(written).hasSize(values.length);
        for (int i = 0; i < values.length; i++) {
            assertThat(written.get(i).get(1).asText()).isEqualTo(GoFloat.formatJson(values[i]));
            assertThat(Math.round(written.get(i).get(0).asDouble() * 1000)).isEqualTo(times[i]);
        }
    }

    @Test
    void shouldWriteOnlyFloats() throws Exception {
        assertThat(array(new long[] {1000, 2000, 3500}, new double[] {1, 2, 3.5}, i -> i == 1)
                        .toString())
                .isEqualTo("[[2,\"2\"]]");
        assertThat(array(new long[] {1000}, new double[] {1}, i -> false).toString())
                .isEqualTo("[]");
    }

    private static JsonNode array(long[] times, double[] values, PointText.Filter only) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField("before", "x");
            json.writeFieldName("values");
            new PointText(json).array(times, values, only);
            json.writeNumberField("after", 1);
            json.writeEndObject();
        }
        JsonNode all = new ObjectMapper().readTree(out.toString(StandardCharsets.UTF_8));
        assertThat(all.get("after").asInt()).isEqualTo(1);
        return all.get("values");
    }
}
