package io.millrace.writer;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A file system of a given size in memory, which can be filled up and emptied again. Only root may make one. */
final class SmallDisk implements AutoCloseable {
    private final Path folder;
    private final Path filler;

    private SmallDisk(Path folder) {
        this.folder = folder;
        this.filler = folder.resolve("filler");
    }

    /** Mounts it, or skips the test and says why. */
    static SmallDisk mount(Path folder, int megabytes) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        String problem =
                run(List.of("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "tmpfs", folder.toString()));
        Assumptions.assumeTrue(problem.isEmpty(), "no small disk can be mounted here: " + problem);
        return new SmallDisk(folder);
    }

    Path folder() {
        return folder;
    }

    /** Writes until there is no more room than this. */
    void fill(int megabytesLeft) throws IOException {
        try (OutputStream out = Files.newOutputStream(filler)) {
            byte[] block = new byte[64 * 1024];
            while (Files.getFileStore(folder).getUsableSpace() > (long) megabytesLeft << 20) {
                out.write(block);
            }
        }
    }

    /** Makes room again. */
    void empty() throws IOException {
        Files.deleteIfExists(filler);
    }

    /** What it said when it failed; empty when it did not. */
    private static String run(List<String> command) throws IOException, InterruptedException {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes());
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return command.get(0) + " does not end";
            }
            return process.exitValue() == 0 ? "" : said.strip();
        } catch (IOException e) {
            return command.get(0) + " cannot be run";
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        String problem = run(List.of("umount", "-l", folder.toString()));
        if (!problem.isEmpty()) {
            throw new IOException("the small disk stays mounted: " + problem);
        }
    }
}
