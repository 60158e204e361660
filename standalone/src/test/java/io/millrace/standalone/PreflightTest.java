package io.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class PreflightTest {

    @Test
    void shouldRefuseAnotherJava() {
        assertThatCode(() -> Preflight.requireJava(17)).doesNotThrowAnyException();
        assertThatThrownBy(() -> Preflight.requireJava(21))
                .hasMessageContaining("this is Java 21")
                .hasMessageContaining("JAVA_HOME");
    }

    @Test
    void shouldRefuseTooLittleMemory() {
        assertThatCode(() -> Preflight.requireMemory(2L << 30, 2L << 30)).doesNotThrowAnyException();
        assertThatThrownBy(() -> Preflight.requireMemory(1L << 30, 2L << 30))
                .hasMessageContaining("Only 1024 MiB of memory are free")
                .hasMessageContaining("2048 MiB");
    }

    @Test
    void shouldRefuseTooLittleDisk() {
        Path folder = Path.of("not", "there", "yet").toAbsolutePath();
        assertThatCode(() -> Preflight.requireDisk(folder, 1)).doesNotThrowAnyException();
        assertThatThrownBy(() -> Preflight.requireDisk(folder, Long.MAX_VALUE))
                .hasMessageContaining("free on the disk of " + folder)
                .hasMessageContaining("--data");
    }

    @Test
    void shouldSayWhoHasAPort() throws Exception {
        // given
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var port = new Preflight.Port("the gateway", "127.0.0.1", taken.getLocalPort(), "--gateway-port");

            // when // then
            assertThatThrownBy(() -> Preflight.requirePorts(List.of(port)))
                    .isInstanceOf(CommandException.class)
                    .hasMessageContaining("Port " + taken.getLocalPort() + ", wanted for the gateway, is in use by ")
                    .hasMessageContaining("process")
                    .hasMessageContaining("--gateway-port");
        }
    }
}
