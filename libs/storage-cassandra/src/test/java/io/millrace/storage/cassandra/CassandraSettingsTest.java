package io.millrace.storage.cassandra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class CassandraSettingsTest {
    @Test
    void shouldTellEverythingThatIsWrong() {
        assertThatThrownBy(() -> TestStores.settings(Map.of(
                        "MILLRACE_TEST_CASSANDRA_CONTACT_POINTS", "localhost,b:9042",
                        "MILLRACE_TEST_CASSANDRA_KEYSPACE", "mill-race",
                        "MILLRACE_TEST_CASSANDRA_USERNAME", "u")))
                .hasMessageContaining("'localhost' is not host:port")
                .hasMessageContaining("'mill-race'")
                .hasMessageContaining("username and password go together");
    }

    @Test
    void shouldParseContactPoints() {
        assertThat(ContactPoints.parse("cassandra.example:9042").getHostString())
                .isEqualTo("cassandra.example");
        assertThat(ContactPoints.parse("[::1]:9042").getHostString()).isEqualTo("::1");
        assertThat(ContactPoints.parse("[::1]:9042").getPort()).isEqualTo(9042);
        assertThat(ContactPoints.isValid("host:70000")).isFalse();
        assertThat(ContactPoints.isValid(":9042")).isFalse();
    }

    @Test
    void shouldMakeTheLongerVersionOfAChunkTheLaterWrite() {
        assertThat(InsertChunk.writeTime(1_000, 40)).isLessThan(InsertChunk.writeTime(1_000, 80));
        assertThat(InsertChunk.writeTime(1_000, 5_000)).isLessThan(InsertChunk.writeTime(1_001, 1));
    }

    @Test
    void shouldNumberMonths() {
        assertThat(UsageMonths.of(0)).isEqualTo(1970 * 12);
        assertThat(UsageMonths.of(31 * 24 - 1)).isEqualTo(1970 * 12);
        assertThat(UsageMonths.of(31 * 24)).isEqualTo(1970 * 12 + 1);
    }
}
