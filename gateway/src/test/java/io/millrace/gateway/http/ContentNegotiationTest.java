package io.millrace.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.wire.remotewrite.MessageType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContentNegotiationTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "| | WRITE_REQUEST_V1",
                "'' | '' | WRITE_REQUEST_V1",
                "application/x-protobuf | snappy | WRITE_REQUEST_V1",
                "application/x-protobuf;q=1 | SNAPPY | WRITE_REQUEST_V1",
                "application/x-protobuf ; proto = prometheus.WriteRequest | snappy | WRITE_REQUEST_V1",
                "application/x-protobuf;proto=io.prometheus.write.v2.Request | ' snappy ' | REQUEST_V2",
                "application/x-protobuf; charset=utf-8; proto=\"io.prometheus.write.v2.Request\" | | REQUEST_V2",
            })
    void shouldChooseTheMessage(String type, String encoding, MessageType expected) {
        assertThat(ContentNegotiation.negotiate(type, encoding).type()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text/plain | snappy",
                "application/x-protobuf;proto= | snappy",
                "application/x-protobuf;proto=prometheus.writerequest | snappy",
                "application/x-protobuf | gzip",
                "application/x-protobuf | 'snappy, gzip'",
            })
    void shouldRefuseOthers(String type, String encoding) {
        ContentNegotiation.Result result = ContentNegotiation.negotiate(type, encoding);

        assertThat(result.type()).isNull();
        assertThat(result.problem()).contains("send Content-Type application/x-protobuf");
    }

    @Test
    void shouldNotRepeatAHugeHeader() {
        assertThat(ContentNegotiation.negotiate("x".repeat(10_000), null).problem())
                .hasSizeLessThan(500);
    }
}
