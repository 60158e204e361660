package io.millrace.embedded;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The last lines of log files, for the text of an error. Stateless. */
final class LogTail {

    private static final int LINES = 15;
    private static final int BYTES = 16 * 1024;

    private LogTail() {}

    /** Names the files and appends the last lines of each. */
    static String describe(Path... files) {
        StringBuilder text = new StringBuilder();
        for (Path file : files) {
            List<String> lines = lastLines(file);
            if (!lines.isEmpty()) {
                text.append("\nLast lines of ").append(file).append(':');
                lines.forEach(line -> text.append("\n  ").append(line));
            }
        }
        return text.isEmpty() ? "It wrote no log to " + List.of(files) + "." : text.toString();
    }

    private static List<String> lastLines(Path path) {
        if (!Files.isReadable(path)) {
            return List.of();
        }
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            long start = Math.max(0, file.length() - BYTES);
            file.seek(start);
            byte[] tail = new byte[(int) (file.length() - start)];
            file.readFully(tail);
            List<String> lines =
                    new String(tail, StandardCharsets.UTF_8).lines().toList();
            return lines.subList(Math.max(0, lines.size() - LINES), lines.size());
        } catch (IOException e) {
            return List.of("(cannot be read: " + e.getMessage() + ")");
        }
    }
}
