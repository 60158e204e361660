package io.millrace.standalone;

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
    void shouldTakeAFolderThatDoesNotExist() {
        // given
        DataFolder folder = new DataFolder(temporary.resolve("data"));

        // when
        folder.take();

        // then
        assertThat(temporary.resolve("data").resolve("millrace.marker")).hasContent("format=1 state=new");
        folder.release();
    }

    @Test
    void shouldRefuseAFolderOfSomebodyElse() throws Exception {
        // given
        Files.writeString(temporary.resolve("thesis.tex"), "x");

        // when // then
        assertThatThrownBy(() -> new DataFolder(temporary).take())
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("not Millrace's (thesis.tex)")
                .hasMessageContaining("--data");
        assertThat(temporary).isDirectoryNotContaining("glob:**lock");
    }

    @Test
    void shouldRefuseAFolderOfAnotherVersion() throws Exception {
        // given
        Files.writeString(temporary.resolve("millrace.marker"), "format=2 state=complete\n");

        // when // then
        assertThatThrownBy(() -> new DataFolder(temporary).take())
                .hasMessageContaining("another version of Millrace ('format=2 state=complete'");
    }

    @Test
    void shouldRefuseAFolderWithHalfOfItsData() throws Exception {
        // given
        complete();
        Files.createDirectories(temporary.resolve("kafka").resolve("topics"));
        Files.writeString(temporary.resolve("kafka").resolve("topics").resolve("meta.properties"), "");

        // when // then
        assertThatThrownBy(() -> new DataFolder(temporary).take())
                .hasMessageContaining("half-written: the data of Cassandra is missing (cassandra/data/system)");
    }

    @Test
    void shouldTakeAFolderWhoseFirstStartWasInterrupted() throws Exception {
        // given
        DataFolder first = new DataFolder(temporary);
        first.take();
        Files.createDirectories(temporary.resolve("kafka"));
        first.release();

        // when
        DataFolder second = new DataFolder(temporary);
        second.take();

        // then
        assertThat(temporary.resolve("lock")).exists();
        second.release();
    }

    @Test
    void shouldSayThatNobodyHasTheFolder() {
        assertThat(new DataFolder(temporary).isTaken()).isFalse();
        complete();
        assertThat(new DataFolder(temporary).isTaken()).isFalse();
    }

    private void complete() {
        DataFolder folder = new DataFolder(temporary);
        folder.take();
        folder.markComplete();
        folder.release();
    }
}
