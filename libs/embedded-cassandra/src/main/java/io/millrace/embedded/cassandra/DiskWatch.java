package io.millrace.embedded.cassandra;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the node before its disk is full, since afterwards it is too late: on a disk without a byte left the commit log of
 * Cassandra 5.0 takes part of a write for all of it, and an acknowledged write is lost. What is in memory only is in the
 * commit log, so nothing needs to be flushed. Whoever runs the node starts it again; it starts when there is room.
 */
final class DiskWatch {
    private static final Logger log = LoggerFactory.getLogger(DiskWatch.class);

    /** Of free space. More than a disk takes between two looks: 64 MiB in 100 ms. */
    static final long RESERVE_BYTES = 64L << 20;

    private static final long LOOK_EVERY_MS = 100;

    /** A start writes some MiB, and should not end at once. */
    private static final long NEEDED_AT_START_BYTES = 2 * RESERVE_BYTES;

    private final Path folder;
    private final int exitCode;

    /** @param exitCode of the node that ends because of its disk */
    DiskWatch(Path folder, int exitCode) {
        this.folder = folder;
        this.exitCode = exitCode;
    }

    /** Ends the JVM when there is too little room to begin with; watches on a daemon thread otherwise. */
    void start() {
        endBelow(NEEDED_AT_START_BYTES);
        Thread thread = new Thread(this::run, "disk-watch");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            while (true) {
                endBelow(RESERVE_BYTES);
                Thread.sleep(LOOK_EVERY_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void endBelow(long needed) {
        try {
            long free = Files.getFileStore(folder).getUsableSpace();
            if (free < needed) {
                log.error(
                        "the disk is as good as full, the node ends before it loses something folder={} freeBytes={}"
                                + " neededBytes={}",
                        folder,
                        free,
                        needed);
                System.err.println("the disk of " + folder + " is as good as full: " + free + " bytes are free, "
                        + needed + " are needed");
                Runtime.getRuntime().halt(exitCode);
            }
        } catch (IOException e) {
            log.warn("cannot tell how full the disk is folder={}", folder, e);
        }
    }
}
