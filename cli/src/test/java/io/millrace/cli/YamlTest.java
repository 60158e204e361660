package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringReader;
import org.junit.jupiter.api.Test;

class YamlTest {
    private static Yaml read(String text) {
        return Yaml.read(new StringReader(text), "t.yaml");
    }

    @Test
    void shouldReadScalarsAsWhatTheyAre() {
        assertThat(read("a: 12\nb: yes\nc: ~\nd: '12'\ne: 10.0.0.0/8\nf: [30d, {g: 1.5}]\n")
                        .root())
                .hasToString(
                        "{\"a\":12,\"b\":true,\"c\":null,\"d\":\"12\",\"e\":\"10.0.0.0/8\",\"f\":[\"30d\",{\"g\":1.5}]}");
        assertThat(read("").root()).hasToString("{}");
    }

    @Test
    void shouldKnowTheLineOfAProblem() {
        Yaml yaml = read("version: 1\naccounts:\n  - id: acme\n    users:\n      - id: u\n        polices: []\n");

        assertThat(yaml.locate("accounts[0].users[0].polices", "no such field"))
                .isEqualTo("t.yaml:6: accounts[0].users[0].polices: no such field");
        assertThat(yaml.locate("accounts[0].users[0].name.x", "wrong")).startsWith("t.yaml:5: ");
        assertThat(yaml.locate("", "wrong")).isEqualTo("t.yaml:1: wrong");
    }

    @Test
    void shouldRefuseBrokenYamlAndKeysThatAreThereTwice() {
        assertThatThrownBy(() -> read("a: [1\nb: 2\n"))
                .isInstanceOf(CliException.class)
                .hasMessageStartingWith("t.yaml:2: not YAML: ");
        assertThatThrownBy(() -> read("a: 1\nb: 2\na: 3\n")).hasMessage("t.yaml:3: a: this key is there twice");
    }

    @Test
    void shouldWriteWhatItReads() {
        String text = "version: 1\naccounts:\n  - id: acme\n    tags:\n      team: a\n    users: []\n";

        assertThat(Yaml.write(read(text).root())).isEqualTo(text);
    }
}
