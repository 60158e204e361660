package io.millrace.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WriteAddressTest {
    @Test
    void shouldFindTheInstanceInThePath() {
        assertThat(WriteAddress.match("/prometheus/shop/api/v1/write")).isEqualTo(new WriteAddress.Match("shop"));
        assertThat(WriteAddress.match("/prometheus/shop/api/v3/write/")).isEqualTo(new WriteAddress.Match("shop"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/write", "/api/v3/write", "/api/prom_write", "/api/prom_write/"})
    void shouldKnowAddressesWithoutInstance(String path) {
        assertThat(WriteAddress.match(path)).isEqualTo(new WriteAddress.Match(null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/api/v2/write", "/prometheus//api/v1/write", "/prometheus/a/b/api/v1/write"})
    void shouldNotKnowOthers(String path) {
        assertThat(WriteAddress.match(path)).isNull();
    }

    @Test
    void shouldFindTheInstanceInTheHostName() {
        assertThat(WriteAddress.inHost("shop.write.example.org", "write.example.org"))
                .isEqualTo("shop");
        assertThat(WriteAddress.inHost("SHOP.Write.Example.org", "write.example.org"))
                .isEqualTo("shop");
        assertThat(WriteAddress.inHost("a.shop.write.example.org", "write.example.org"))
                .isNull();
        assertThat(WriteAddress.inHost("write.example.org", "write.example.org"))
                .isNull();
        assertThat(WriteAddress.inHost("shop.example.com", "write.example.org")).isNull();
        assertThat(WriteAddress.inHost("shop.write.example.org", null)).isNull();
    }
}
