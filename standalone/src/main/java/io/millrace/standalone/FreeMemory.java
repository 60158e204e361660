package io.millrace.standalone;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much memory new processes can have: what the system calls available, or less inside a container. Stateless. */
final class FreeMemory {

    private static final Path CGROUP = Path.of("/sys/fs/cgroup");

    private FreeMemory() {}

    /** In bytes. */
    static long bytes() {
        return Math.min(ofMachine(), ofContainer());
    }

    private static long ofMachine() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
                if (line.startsWith("MemAvailable:")) {
                    return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
                }
            }
        } catch (IOException e) {
            // not Linux
        }
        var system = ManagementFactory.getOperatingSystemMXBean();
        return system instanceof com.sun.management.OperatingSystemMXBean sun
                ? sun.getFreeMemorySize()
                : Long.MAX_VALUE;
    }

    /** What is left below the limit of the control group; its page cache counts as free. */
    private static long ofContainer() {
        try {
            String limit = Files.readString(CGROUP.resolve("memory.max")).trim();
            if (limit.equals("max")) {
                return Long.MAX_VALUE;
            }
            long used = Long.parseLong(
                    Files.readString(CGROUP.resolve("memory.current")).trim());
            return Long.parseLong(limit) - used + inactiveFile();
        } catch (IOException | NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }

    private static long inactiveFile() throws IOException {
        for (String line : Files.readAllLines(CGROUP.resolve("memory.stat"))) {
            if (line.startsWith("inactive_file ")) {
                return Long.parseLong(line.substring("inactive_file ".length()).trim());
            }
        }
        return 0;
    }
}
