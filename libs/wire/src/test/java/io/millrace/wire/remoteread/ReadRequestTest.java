package io.millrace.wire.remoteread;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.TextFormat;
import io.millrace.wire.Damage;
import io.millrace.wire.MalformedException;
import io.millrace.wire.remoteread.ReadRequest.Hints;
import io.millrace.wire.remoteread.ReadRequest.MatchType;
import io.millrace.wire.remoteread.ReadRequest.Matcher;
import io.millrace.wire.remoteread.ReadRequest.Query;
import io.millrace.wire.remoteread.ReadRequest.ResponseType;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class ReadRequestTest {
    private static final String FULL = """
            queries {
              start_timestamp_ms: -5 end_timestamp_ms: 1700000000000
              matchers { type: EQ name: "__name__" value: "up" }
              matchers { type: NRE name: "jöb" value: "a.*" }
              hints { step_ms: 15000 func: "rate" start_ms: 1 end_ms: 2 grouping: "job" grouping: "zone" by: true range_ms: 300000 }
            }
            queries { end_timestamp_ms: 7 matchers { type: NEQ name: "a" } matchers { type: RE name: "b" value: "c" } }
            accepted_response_types: STREAMED_XOR_CHUNKS
            accepted_response_types: SAMPLES
            """;

    @Example
    void shouldReadAWholeRequest() throws Exception {
        ReadRequest request = decode(encode(FULL));
        assertThat(request)
                .isEqualTo(new ReadRequest(
                        List.of(
                                new Query(
                                        -5,
                                        1_700_000_000_000L,
                                        List.of(
                                                new Matcher(MatchType.EQUAL, "__name__", "up"),
                                                new Matcher(MatchType.NOT_REGEX, "jöb", "a.*")),
                                        new Hints(15_000, "rate", 1, 2, List.of("job", "zone"), true, 300_000)),
                                new Query(
                                        0,
                                        7,
                                        List.of(
                                                new Matcher(MatchType.NOT_EQUAL, "a", ""),
                                                new Matcher(MatchType.REGEX, "b", "c")),
                                        null)),
                        List.of(ResponseType.STREAMED_XOR_CHUNKS, ResponseType.SAMPLES),
                        false));
    }

    @Example
    void shouldChooseTheTypeOfTheAnswer() throws Exception {
        assertThat(decode(encode(FULL)).responseType()).isEqualTo(ResponseType.STREAMED_XOR_CHUNKS);
        assertThat(decode(new byte[0]).responseType()).isEqualTo(ResponseType.SAMPLES);
        assertThat(decode(encode("accepted_response_types: FROM_THE_FUTURE accepted_response_types: SAMPLES"))
                        .responseType())
                .isEqualTo(ResponseType.SAMPLES);
        assertThat(decode(encode("accepted_response_types: FROM_THE_FUTURE")).responseType())
                .isNull();
        // not packed, as old clients may send it
        assertThat(decode(new byte[] {0x10, 1, 0x10, 0}).responseType()).isEqualTo(ResponseType.STREAMED_XOR_CHUNKS);
    }

    @Example
    void shouldRefuseUnknownMatchers() {
        assertThatThrownBy(() -> decode(new byte[] {0x0a, 4, 0x1a, 2, 8, 4}))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("matcher type 4");
    }

    @Property
    void shouldCopeWithDamage(@ForAll long seed) throws Exception {
        Damage.assertCopes(encode(FULL), seed, ReadRequestTest::decode);
    }

    @Property
    void shouldCopeWithAnyBytes(@ForAll byte[] bytes) {
        Damage.assertCopes(bytes, 0, ReadRequestTest::decode);
    }

    private static ReadRequest decode(byte[] bytes) {
        return ReadRequest.decode(bytes, 0, bytes.length);
    }

    private static byte[] encode(String text) throws TextFormat.ParseException {
        var builder = com.google.protobuf.DynamicMessage.newBuilder(PrometheusMessages.descriptor("ReadRequest"));
        TextFormat.getParser().merge(text, builder);
        return builder.build().toByteArray();
    }
}
