package io.millrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.config.DefaultDriverOption;
import com.datastax.oss.driver.api.core.config.DriverConfigLoader;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CassandraNodeIT {

    @TempDir
    Path folder;

    @Test
    void shouldKeepEveryAcknowledgedRowThroughKillAndChangedPorts() throws Exception {
        // given
        try (CassandraNode node = CassandraNode.start(CassandraNodeSettings.in(folder.resolve("a folder")))) {
            try (CqlSession session = connect(node)) {
                session.execute("CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor':"
                        + " 1}");
                session.execute("CREATE TABLE k.t (id int PRIMARY KEY)");
                for (int i = 0; i < 200; i++) {
                    session.execute("INSERT INTO k.t (id) VALUES (" + i + ")");
                }
            }

            // when
            node.kill();
        }
        try (CassandraNode node = CassandraNode.start(CassandraNodeSettings.in(folder.resolve("a folder")));
                CqlSession session = connect(node)) {

            // then
            assertThat(session.execute("SELECT id FROM k.t").all()).hasSize(200);
        }
    }

    @Test
    void shouldNotAnswerWhilePausedAndRestartOnTheSamePort() throws Exception {
        try (CassandraNode node = CassandraNode.start(CassandraNodeSettings.in(folder))) {
            // given
            int port = node.port();
            node.pause();
            assertThat(CqlProbe.isServing(port)).isFalse();

            // when
            node.resume();
            node.restart();

            // then
            assertThat(CqlProbe.isServing(port)).isTrue();
            assertThat(node.port()).isEqualTo(port);
            assertThat(Files.readString(node.logFile())).contains("Log replay complete, 0 replayed mutations");
        }
    }

    @Test
    void shouldSayWhyItCannotStartWhenThePortIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            // given
            CassandraNodeSettings settings = CassandraNodeSettings.in(folder).withPorts(taken.getLocalPort(), 0);

            // when // then
            assertThatThrownBy(() -> CassandraNode.start(settings))
                    .isInstanceOf(NodeException.class)
                    .hasMessageContaining("Cassandra ended with exit code")
                    .hasMessageContaining("Address already in use");
        }
    }

    private static CqlSession connect(CassandraNode node) {
        return CqlSession.builder()
                .addContactPoint(node.contactPoint())
                .withLocalDatacenter(node.datacenter())
                .withConfigLoader(DriverConfigLoader.programmaticBuilder()
                        .withDuration(DefaultDriverOption.REQUEST_TIMEOUT, Duration.ofSeconds(20))
                        .build())
                .build();
    }
}
