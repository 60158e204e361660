package io.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.config.Secret;
import org.junit.jupiter.api.Test;

class WelcomeTest {

    @Test
    void shouldShowANewSecretAndAPrometheusConfiguration() {
        // given
        Welcome.Facts facts =
                new Welcome.Facts("http://g:1", "http://q:2", "http://a:3", "demo", "MKX", new Secret("SECRET"));

        // when
        String text = Welcome.text(facts, "12.3 s");

        // then
        assertThat(text)
                .contains("ready after 12.3 s", "AccessKey secret  SECRET   (shown this once")
                .contains("  - url: \"http://g:1/prometheus/demo/api/v1/write\"\n    basic_auth:\n")
                .contains("max_samples_per_send: 1000", "max_shards: 200", "capacity: 2500")
                .contains("curl -s -u MKX:SECRET 'http://q:2/prometheus/demo/api/v1/query?query=up'");
    }

    @Test
    void shouldNotShowASecretAgain() {
        // given
        Welcome.Facts facts = new Welcome.Facts("http://g:1", "http://q:2", "http://a:3", "demo", "MKX", null);

        // when
        String text = Welcome.text(facts, "12.3 s");

        // then
        assertThat(text).contains("was shown at the first start", "key create", "password: \"<secret>\"");
    }
}
