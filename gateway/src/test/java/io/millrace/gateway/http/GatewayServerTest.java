package io.millrace.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GatewayServerTest {
    @ParameterizedTest
    @CsvSource({"1, 64, 1", "2, 64, 1", "16, 64, 15", "64, 64, 16", "64, 8, 2", "64, 512, 63"})
    void shouldLeaveACoreAndHalfOfAllThreadsForTheRest(int cores, int maxThreads, int selectors) {
        assertThat(GatewayServer.selectors(cores, maxThreads)).isEqualTo(selectors);
    }
}
