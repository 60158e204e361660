package io.millrace.embedded;

import com.sun.nio.file.ExtendedOpenOption;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Whether a file system takes writes past the page cache (O_DIRECT); some in-memory and overlay ones refuse. */
final class DirectIo {

    private DirectIo() {}

    static boolean isPossibleIn(Path folder) throws IOException {
        Path probe = Files.createTempFile(folder, "direct-io", ".probe");
        try (FileChannel channel = FileChannel.open(probe, StandardOpenOption.WRITE, ExtendedOpenOption.DIRECT)) {
            return channel.isOpen();
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        } finally {
            Files.deleteIfExists(probe);
        }
    }
}
