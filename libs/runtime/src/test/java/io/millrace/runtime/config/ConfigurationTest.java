package io.millrace.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationTest {
    enum Colour {
        DARK_BLUE,
        RED
    }

    @ConfigMapping(prefix = "mill")
    interface Mill extends Checked {
        @Doc("Listener.")
        Http http();

        @Doc("Password of the mill.")
        Secret password();

        @Doc("Colour of the mill.")
        @WithDefault("dark-blue")
        Colour colour();

        @Doc("Where it keeps things.")
        Optional<Path> directory();

        @Doc("Names of the millers.")
        @WithDefault("anna,bert")
        List<String> millers();

        @Doc("Grain by field.")
        Map<String, Integer> grain();

        @Doc("Neighbours.")
        List<Neighbour> neighbours();

        @Doc("Second wheel.")
        Optional<Wheel> wheel();

        @Override
        default void check(String prefix, Problems problems) {
            if (http().port() == 666) {
                problems.add(prefix + "http.port", "'666' is the beast's");
            }
        }
    }

    interface Http {
        @Doc("Port.")
        @WithDefault("8080")
        @Range(min = "1", max = "65535")
        int port();

        @Doc("Longest wait for a request.")
        @WithDefault("10s")
        @Range(min = "100ms", max = "1h")
        Duration readTimeout();

        @Doc("Largest body.")
        @WithDefault("64MiB")
        @Range(max = "1GiB")
        DataSize maxBody();

        @Doc("Whether to compress.")
        @WithDefault("true")
        boolean compress();
    }

    interface Neighbour {
        @Doc("Name.")
        String name();
    }

    interface Wheel {
        @Doc("Diameter in metres.")
        @Range(min = "0.5")
        double diameter();
    }

    @ConfigMapping(prefix = "")
    interface Everything {
        Mill mill();

        Http secondMill();
    }

    @TempDir
    @Nullable
    Path directory;

    @Test
    void shouldUseDefaultsWhereNothingIsSet() {
        // when
        Mill mill = Configuration.load(Mill.class, null, Map.of("MILLRACE_MILL_PASSWORD", "p"));

        // then
        assertThat(mill.http().port()).isEqualTo(8080);
        assertThat(mill.http().readTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(mill.http().maxBody()).isEqualTo(new DataSize(64L << 20));
        assertThat(mill.http().compress()).isTrue();
        assertThat(mill.colour()).isEqualTo(Colour.DARK_BLUE);
        assertThat(mill.directory()).isEmpty();
        assertThat(mill.millers()).containsExactly("anna", "bert");
        assertThat(mill.grain()).isEmpty();
        assertThat(mill.neighbours()).isEmpty();
        assertThat(mill.wheel()).isEmpty();
    }

    @Test
    void shouldReadAllFormsOfValuesFromTheFile() throws IOException {
        // given
        Path file = file("""
                mill:
                  http:
                    port: 09
                    read-timeout: 1m30s
                    max-body: 1MB
                    compress: false
                  password: hidden
                  colour: red
                  directory: /var/mill
                  millers: ["carl, the third", dora]
                  grain:
                    north: 5
                    "field.of.gold": 7
                  neighbours:
                    - name: emil
                    - name: frida
                  wheel:
                    diameter: 2.5
                """);

        // when
        Mill mill = Configuration.load(Mill.class, file, Map.of());

        // then
        assertThat(mill.http().port()).isEqualTo(9);
        assertThat(mill.http().readTimeout()).isEqualTo(Duration.ofSeconds(90));
        assertThat(mill.http().maxBody().bytes()).isEqualTo(1_000_000);
        assertThat(mill.http().compress()).isFalse();
        assertThat(mill.password().reveal()).isEqualTo("hidden");
        assertThat(mill.colour()).isEqualTo(Colour.RED);
        assertThat(mill.directory()).contains(Path.of("/var/mill"));
        assertThat(mill.millers()).containsExactly("carl, the third", "dora");
        assertThat(mill.grain()).containsOnly(Map.entry("north", 5), Map.entry("field.of.gold", 7));
        assertThat(mill.neighbours()).extracting(Neighbour::name).containsExactly("emil", "frida");
        assertThat(mill.wheel().orElseThrow().diameter()).isEqualTo(2.5);
    }

    @Test
    void shouldLetTheEnvironmentWinOverTheFile() throws IOException {
        // given
        Path file = file("mill.password: a\nmill.http.read-timeout: 1s\n");

        // when
        Mill mill = Configuration.load(Mill.class, file, Map.of("MILLRACE_MILL_HTTP_READ_TIMEOUT", "2s"));

        // then
        assertThat(mill.http().readTimeout()).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void shouldReportAllProblemsAtOnceWithKeyValueAndPlace() throws IOException {
        // given
        Path file = file("""
                mill:
                  http:
                    prot: 1
                    port: 70000
                    read-timeout: soon
                    max-body: 2GiB
                    compress: yes
                  colour: green
                  grain:
                    north: much
                  wheel:
                    diameter: 0.1
                miller: x
                """);

        // when
        ConfigurationException exception = catchThrowableOfType(
                ConfigurationException.class,
                () -> Configuration.load(
                        Mill.class, file, Map.of("MILLRACE_MILL_COLOR", "red", "MILLRACE_MILL_HTTP_PORT", "")));

        // then
        assertThat(exception.problems())
                .containsExactlyInAnyOrder(
                        "mill.http.prot: is not a key of the configuration (mill.yaml line 3);"
                                + " did you mean mill.http.port?",
                        "mill.http.port: has no value; remove the key or give it one (MILLRACE_MILL_HTTP_PORT)",
                        "mill.http.read-timeout: 'soon' is not a duration; write for example 100ms, 10s, 5m, 1h or 7d"
                                + " (mill.yaml line 5)",
                        "mill.http.max-body: '2GiB' is above the greatest value 1GiB (mill.yaml line 6)",
                        "mill.http.compress: 'yes' is neither true nor false (mill.yaml line 7)",
                        "mill.colour: 'green' is not one of dark-blue, red (mill.yaml line 8)",
                        "mill.grain.north: 'much' is not a whole number (mill.yaml line 10)",
                        "mill.wheel.diameter: '0.1' is below the least value 0.5 (mill.yaml line 12)",
                        "miller: is not a key of the configuration (mill.yaml line 13)",
                        "MILLRACE_MILL_COLOR: is not a key of the configuration; did you mean MILLRACE_MILL_COLOUR?",
                        "mill.password: has no value and no default; set it in the file or as MILLRACE_MILL_PASSWORD");
        assertThat(exception).hasMessageStartingWith("11 problems in the configuration (file ");
    }

    @Test
    void shouldRunTheRulesBetweenKeysWhenEachKeyIsRight() {
        // when
        ConfigurationException exception = catchThrowableOfType(
                ConfigurationException.class,
                () -> Configuration.load(
                        Mill.class, null, Map.of("MILLRACE_MILL_PASSWORD", "p", "MILLRACE_MILL_HTTP_PORT", "666")));

        // then
        assertThat(exception.problems()).containsExactly("mill.http.port: '666' is the beast's");
    }

    @Test
    void shouldNameARequiredKeyMissingInAListElement() throws IOException {
        // given
        Path file = file("mill:\n  password: p\n  neighbours:\n    - name:\n");

        // when / then
        assertThatThrownBy(() -> Configuration.load(Mill.class, file, Map.of()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("mill.neighbours[0].name");
    }

    @Test
    void shouldExplainWhatIsNotYaml() throws IOException {
        // given
        Path file = file("mill:\n  http: {port: 1\n");

        // when / then
        assertThatThrownBy(() -> Configuration.load(Mill.class, file, Map.of("MILLRACE_MILL_PASSWORD", "p")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("mill.yaml line 3: is not YAML");
    }

    @Test
    void shouldRefuseAKeyThatIsSetTwice() throws IOException {
        // given
        Path file = file("mill:\n  colour: red\n  colour: dark-blue\n  password: p\n");

        // when / then
        assertThatThrownBy(() -> Configuration.load(Mill.class, file, Map.of()))
                .hasMessageContaining("mill.colour: is set twice (mill.yaml line 2 and mill.yaml line 3)");
    }

    @Test
    void shouldSayThatTheFileIsNotThere() {
        // when / then
        assertThatThrownBy(() ->
                        Configuration.load(Mill.class, Path.of("nowhere.yaml"), Map.of("MILLRACE_MILL_PASSWORD", "p")))
                .hasMessageContaining("nowhere.yaml: there is no such file");
    }

    @Test
    void shouldAcceptAnEmptyFileAndAGroupWithNothingInIt() throws IOException {
        // given
        Map<String, String> environment = Map.of("MILLRACE_MILL_PASSWORD", "p");

        // when
        Mill empty = Configuration.load(Mill.class, file("# nothing\n"), environment);
        Mill group = Configuration.load(Mill.class, file("mill:\n  http:\n#   port: 1\n"), environment);

        // then
        assertThat(empty.http().port()).isEqualTo(8080);
        assertThat(group.http().port()).isEqualTo(8080);
    }

    @Test
    void shouldIgnoreVariablesOfOthers() {
        // given
        Map<String, String> environment = Map.of(
                "MILLRACE_MILL_PASSWORD", "p",
                "PATH", "/bin",
                "MILLRACE_HOME", "/opt",
                "MILLRACE_GATEWAY_SERVICE_HOST", "10.0.0.1",
                "MILLRACE_GATEWAY_PORT", "tcp://10.0.0.1:80",
                "MILLRACE_GATEWAY_PORT_80_TCP_ADDR", "10.0.0.1",
                "MILLRACE_MILL_HTTP_PORT", "tcp://10.0.0.1:80");

        // when
        Mill mill = Configuration.load(Mill.class, null, environment);

        // then
        assertThat(mill.http().port()).isEqualTo(8080);
    }

    @Test
    void shouldDescribeEveryValueAndMaskSecrets() {
        // given
        Mill mill = Configuration.load(
                Mill.class, null, Map.of("MILLRACE_MILL_PASSWORD", "p", "MILLRACE_MILL_HTTP_READ_TIMEOUT", "90s"));

        // when
        String description = Configuration.describe(Mill.class, mill);

        // then
        assertThat(description).isEqualTo("""
                        mill.colour=dark-blue
                        mill.directory=
                        mill.http.compress=true
                        mill.http.max-body=64MiB
                        mill.http.port=8080
                        mill.http.read-timeout=1m30s
                        mill.millers=anna,bert
                        mill.password=*****
                        mill.wheel=
                        """);
    }

    @Test
    void shouldKeepASecretOutOfProblems() throws IOException {
        // given
        Path file = file("mill:\n  password:\n");

        // when / then
        assertThatThrownBy(() -> Configuration.load(Mill.class, file, Map.of()))
                .hasMessageContaining("mill.password: has no value; remove the key or give it one (mill.yaml line 2)");
    }

    @Test
    void shouldPutMappingsOfSeveralServicesIntoOneFile() throws IOException {
        // given
        Path file = file("mill.http.port: 1\nsecond-mill:\n  port: 2\nthird: 3\n");

        // when / then
        assertThatThrownBy(
                        () -> Configuration.load(Everything.class, file, Map.of("MILLRACE_SECOND_MILL_MAX_BODY", "x")))
                .hasMessageContaining("third: is not a key of the configuration (mill.yaml line 4)")
                .hasMessageContaining("second-mill.max-body: 'x' is not a size")
                .hasMessageContaining("mill.password: has no value and no default");
    }

    @Test
    void shouldReadMappingsOfSeveralServicesFromOneFile() throws IOException {
        // given
        Path file = file("mill.http.port: 1\nsecond-mill:\n  port: 2\n");

        // when
        Everything everything = Configuration.load(Everything.class, file, Map.of("MILLRACE_MILL_PASSWORD", "p"));

        // then
        assertThat(everything.mill().http().port()).isEqualTo(1);
        assertThat(everything.secondMill().port()).isEqualTo(2);
        assertThat(Configuration.describe(Everything.class, everything))
                .contains("mill.http.port=1\n", "second-mill.port=2\n");
    }

    @Test
    void shouldRenderTheDocument() {
        // when
        String page = ConfigurationDocument.render(
                List.of(new ConfigurationDocument.Section("mill", "It grinds.", Mill.class)));

        // then
        assertThat(page)
                .contains("\n## mill\n\nIt grinds.\n")
                .contains("| `mill.http.port` | `8080` | whole number, 1 to 65535 | Port. |\n")
                .contains("| `mill.http.max-body` | `64MiB` | size, at most 1GiB | Largest body. |\n")
                .contains("| `mill.password` | **required** | secret text | Password of the mill. |\n")
                .contains("| `mill.directory` |  | path | Where it keeps things. |\n")
                .contains("| `mill.grain.*` |  | whole number | Grain by field. |\n")
                .contains("| `mill.neighbours[*].name` |  | text | Name. |\n");
    }

    private Path file(String text) throws IOException {
        assertThat(directory).isNotNull();
        return Files.writeString(directory.resolve("mill.yaml"), text);
    }
}
