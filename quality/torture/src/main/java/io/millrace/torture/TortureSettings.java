package io.millrace.torture;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How long and how hard.
 *
 * @param rounds kills and pauses together
 * @param checkEvery rounds between two checks of everything sent since the last
 * @param seed of the order of events; when they meet what is left to chance
 * @param limit the whole run ends by then, with fewer rounds if need be
 * @param senders each sends its own series through a connection of its own
 * @param seriesPerSender that live as long as the run; a tenth as many come and go
 * @param interval between two samples of a series
 * @param folder for data and logs; must not exist or be empty
 */
record TortureSettings(
        int rounds,
        int checkEvery,
        long seed,
        Duration limit,
        int senders,
        int seriesPerSender,
        Duration interval,
        Path folder) {

    /** Two hundred rounds, checked every twenty-five. */
    static TortureSettings standard(long seed, Path folder) {
        return new TortureSettings(200, 25, seed, Duration.ofMinutes(60), 4, 300, Duration.ofMillis(500), folder);
    }

    TortureSettings withRounds(int newRounds, int newCheckEvery) {
        return new TortureSettings(newRounds, newCheckEvery, seed, limit, senders, seriesPerSender, interval, folder);
    }

    TortureSettings withLimit(Duration newLimit) {
        return new TortureSettings(rounds, checkEvery, seed, newLimit, senders, seriesPerSender, interval, folder);
    }
}
