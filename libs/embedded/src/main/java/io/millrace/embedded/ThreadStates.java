package io.millrace.embedded;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Looks at the threads of a process as Linux shows them under {@code /proc}. Stateless. */
final class ThreadStates {
    private ThreadStates() {}

    /** Whether every thread is stopped; also true where there is no {@code /proc} to ask. */
    static boolean allStopped(long pid) {
        Path tasks = Path.of("/proc", Long.toString(pid), "task");
        if (!Files.isDirectory(tasks)) {
            return true;
        }
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(tasks)) {
            for (Path thread : threads) {
                if (!isStopped(Files.readString(thread.resolve("stat")))) {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            // A thread ended between the listing and the look: look again.
            return false;
        }
    }

    /** The state is the letter behind the name, which stands in parentheses and may hold any character. */
    static boolean isStopped(String stat) {
        int state = stat.lastIndexOf(')') + 2;
        return state < stat.length() && (stat.charAt(state) == 'T' || stat.charAt(state) == 'Z');
    }
}
