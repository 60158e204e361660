package io.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileKeysTest {

    @TempDir
    Path temporary;

    @Test
    void shouldFindNestedAndDottedKeys() throws Exception {
        // given
        Path file = temporary.resolve("millrace.yaml");
        Files.writeString(file, "gateway:\n  internal:\n    port: 1\n  requests.max-body: 1MiB\nquery.http.port: 2\n");

        // when
        FileKeys keys = FileKeys.of(file);

        // then
        assertThat(keys.has("gateway.internal.port")).isTrue();
        assertThat(keys.has("gateway.requests.max-body")).isTrue();
        assertThat(keys.has("query.http.port")).isTrue();
        assertThat(keys.has("gateway.internal.host")).isFalse();
        assertThat(keys.has("gateway.internal.port.x")).isFalse();
    }

    @Test
    void shouldFindNothingWithoutAReadableFile() {
        assertThat(FileKeys.of(null).has("a")).isFalse();
        assertThat(FileKeys.of(temporary.resolve("missing")).has("a")).isFalse();
    }
}
