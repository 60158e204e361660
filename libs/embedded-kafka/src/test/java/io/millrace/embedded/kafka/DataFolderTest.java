package io.millrace.embedded.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {

    @TempDir
    Path temporary;

    @Test
    void shouldFormatAFolderThatDoesNotExist() throws Exception {
        // given
        Path folder = temporary.resolve("kafka");

        // when
        boolean formatted = new DataFolder(folder, 1).formatIfNew();

        // then
        assertThat(formatted).isTrue();
        assertThat(folder.resolve("meta.properties")).content().contains("node.id=1");
    }

    @Test
    void shouldLeaveAFormattedFolderAsItIs() throws Exception {
        // given
        Path folder = temporary.resolve("kafka");
        new DataFolder(folder, 1).formatIfNew();
        String before = Files.readString(folder.resolve("meta.properties"));

        // when
        boolean formatted = new DataFolder(folder, 1).formatIfNew();

        // then
        assertThat(formatted).isFalse();
        assertThat(folder.resolve("meta.properties")).hasContent(before);
    }

    @Test
    void shouldStartOverWhenAFormatWasInterrupted() throws Exception {
        // given
        Files.createDirectories(temporary.resolve("__cluster_metadata-0"));
        Files.writeString(temporary.resolve("__cluster_metadata-0").resolve("leftover"), "x");
        Files.writeString(temporary.resolve("bootstrap.checkpoint"), "cut of");

        // when
        boolean formatted = new DataFolder(temporary, 1).formatIfNew();

        // then
        assertThat(formatted).isTrue();
        assertThat(temporary.resolve("__cluster_metadata-0").resolve("leftover"))
                .doesNotExist();
    }

    @Test
    void shouldRefuseAFolderWithTopicsButNoMetaProperties() throws Exception {
        // given
        Files.createDirectories(temporary.resolve("received-0"));

        // when // then
        assertThatThrownBy(() -> new DataFolder(temporary, 1).formatIfNew())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("half-written")
                .hasMessageContaining("received-0")
                .hasMessageContaining(temporary.toString());
        assertThat(temporary.resolve("received-0")).exists();
    }
}
