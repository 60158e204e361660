package io.millrace.runtime.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkTest {
    @ParameterizedTest
    @CsvSource({
        "192.168.1.0/24, 192.168.1.0, true",
        "192.168.1.0/24, 192.168.1.255, true",
        "192.168.1.0/24, 192.168.2.0, false",
        "10.128.0.0/9, 10.200.0.1, true",
        "10.128.0.0/9, 10.127.0.1, false",
        "10.1.2.3, 10.1.2.3, true",
        "10.1.2.3, 10.1.2.4, false",
        "0.0.0.0/0, 8.8.8.8, true",
        "0.0.0.0/0, 2001:db8::1, false",
        "2001:db8::/32, 2001:db8:1::5, true",
        "2001:db8::/32, 2001:db9::, false",
        "10.0.0.0/8, ::ffff:10.1.2.3, true"
    })
    void shouldKnowItsAddresses(String network, String address, boolean inside) throws Exception {
        assertThat(Network.parse(network).contains(InetAddress.getByName(address)))
                .isEqualTo(inside);
    }

    @ParameterizedTest
    @CsvSource({
        "localhost, is not an address",
        "'', is not an address",
        "1.2, is not an address",
        "1.2.3.400, is not an address",
        "abcd, is not an address",
        "10.0.0.0/33, needs a prefix of 0 to 32 bits",
        "10.0.0.0/, needs a prefix",
        "10.0.0.0/-1, needs a prefix",
        "::/129, needs a prefix of 0 to 128 bits",
        "10.0.0.1/8, did you mean 10.0.0.0/8?"
    })
    void shouldSayWhatIsWrong(String text, String reason) {
        assertThatThrownBy(() -> Network.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void shouldBeAValue() {
        assertThat(Network.parse("10.1.2.3"))
                .isEqualTo(Network.parse("10.1.2.3/32"))
                .hasSameHashCodeAs(Network.parse("10.1.2.3/32"))
                .isNotEqualTo(Network.parse("10.1.2.2/31"))
                .hasToString("10.1.2.3/32");
        assertThat(Network.parse(Network.parse("2001:db8::/32").toString())).isEqualTo(Network.parse("2001:db8::/32"));
    }
}
