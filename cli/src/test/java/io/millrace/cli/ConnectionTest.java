package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ConnectionTest {
    @TempDir
    private Path folder;

    @CommandLine.Command
    private static final class Probe {
        @CommandLine.ArgGroup(exclusive = false)
        private Connection connection = new Connection();
    }

    private Connection.Found find(Map<String, String> environment, String... arguments) {
        Probe probe = new Probe();
        String[] all = new String[arguments.length + 1];
        System.arraycopy(arguments, 0, all, 0, arguments.length);
        all[arguments.length] = "--data=" + folder;
        new CommandLine(probe).parseArgs(all);
        return probe.connection.find(environment);
    }

    private Path credentials(String name, String url, String id) throws Exception {
        Path file = folder.resolve(name);
        Files.writeString(
                file,
                (url.isEmpty() ? "" : "url: " + url + "\n") + "access-key-id: " + id + "\naccess-key-secret: S\n");
        return file;
    }

    @Test
    void shouldUseTheDataFolderWhenNothingElseIsSaid() throws Exception {
        credentials("admin.credentials", "http://127.0.0.1:9203", "MKLOCAL");

        assertThat(find(Map.of()).keyId()).isEqualTo("MKLOCAL");
        assertThat(find(Map.of(), "--url=http://127.0.0.1:9203/").url()).isEqualTo("http://127.0.0.1:9203");
    }

    @Test
    void shouldPreferOptionsThenTheEnvironmentThenFiles() throws Exception {
        credentials("admin.credentials", "http://local:1", "MKLOCAL");
        Path file = credentials("far", "http://far:1", "MKFAR");
        Map<String, String> environment = Map.of(
                "MILLRACE_URL", "http://env:1",
                "MILLRACE_ACCESS_KEY_ID", "MKENV",
                "MILLRACE_ACCESS_KEY_SECRET", "E");

        assertThat(find(environment))
                .isEqualTo(new Connection.Found("http://env:1", "MKENV", "E", "MILLRACE_ACCESS_KEY_ID"));
        assertThat(find(environment, "--credentials=" + file).keyId()).isEqualTo("MKFAR");
        assertThat(find(environment, "--credentials=" + file).url()).isEqualTo("http://env:1");
        assertThat(find(environment, "--access-key=MKX", "--insecure-secret=X", "--url=https://x"))
                .isEqualTo(new Connection.Found("https://x", "MKX", "X", "--access-key"));
        assertThat(find(Map.of("MILLRACE_CREDENTIALS", file.toString())).url()).isEqualTo("http://far:1");
    }

    @Test
    void shouldNotShowTheLocalKeyToAStranger() throws Exception {
        credentials("admin.credentials", "http://127.0.0.1:9203", "MKLOCAL");

        assertThatThrownBy(() -> find(Map.of(), "--url=http://stranger:1"))
                .isInstanceOf(CliException.class)
                .hasMessageContaining("is for http://127.0.0.1:9203")
                .hasMessageContaining("MILLRACE_ACCESS_KEY_ID");
    }

    @Test
    void shouldSayWhatIsMissing() throws Exception {
        assertThatThrownBy(() -> find(Map.of())).hasMessageContaining("bin/millrace up");
        assertThatThrownBy(() -> find(Map.of("MILLRACE_ACCESS_KEY_ID", "MK"))).hasMessageContaining("MILLRACE_URL");
        assertThatThrownBy(() -> find(Map.of(), "--url=far:1", "--access-key=a", "--insecure-secret=b"))
                .hasMessageContaining("scheme, host and port");
        Files.writeString(folder.resolve("half"), "access-key-id: x\n");
        assertThatThrownBy(() -> find(Map.of(), "--credentials=" + folder.resolve("half")))
                .hasMessageContaining("access-key-secret");
    }

    @Test
    void shouldHideSecrets() {
        assertThat(new Connection.Found("u", "MK", "hidden", "x").toString()).doesNotContain("hidden");
        assertThat(new Credentials("u", "MK", "hidden").toString()).doesNotContain("hidden");
    }
}
