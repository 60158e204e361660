package io.millrace.torture;

import java.util.List;
import java.util.TreeMap;

/** What one sender has sent, remembered exactly: one entry for each timestamp of all its series. Thread-safe. */
final class SentLog {

    /**
     * One request.
     *
     * @param timestampMs of all of its samples
     * @param attempts how often it was sent
     * @param acknowledged whether one of them was answered with 2xx; otherwise its samples may be there or not
     */
    record Sent(long timestampMs, int attempts, boolean acknowledged) {}

    private final TreeMap<Long, Sent> all = new TreeMap<>();

    /** Replaces what was known of this timestamp. To be called before an attempt and after its answer. */
    synchronized void put(Sent sent) {
        all.put(sent.timestampMs(), sent);
    }

    /** Those with {@code fromMs < timestamp <= toMs}, in the order of their timestamps. */
    synchronized List<Sent> between(long fromMs, long toMs) {
        return List.copyOf(all.subMap(fromMs, false, toMs, true).values());
    }
}
