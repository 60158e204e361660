package io.millrace.runtime.control;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BasicCredentialsTest {
    @Test
    void shouldReadKeyAndSecret() {
        assertThat(BasicCredentials.parse("Basic TUs6czplYw==")).isEqualTo(new BasicCredentials("MK", "s:ec"));
        assertThat(BasicCredentials.parse("basic  TUs6")).isEqualTo(new BasicCredentials("MK", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Basic", "Basic ", "Basic TUs=", "Basic %%%", "Bearer TUs6czplYw=="})
    void shouldNotTakeAnythingElse(String header) {
        assertThat(BasicCredentials.parse(header)).isNull();
    }

    @Test
    void shouldNotPrintTheSecret() {
        assertThat(new BasicCredentials("MK", "secret").toString()).doesNotContain("secret");
    }
}
