package io.millrace.wire.openchunks;

/**
 * How far a writer is with a partition of the topic {@code samples} that it owns.
 *
 * @param receivedUntilMs when the gateway had received the last record consumed, ms since the epoch; 0 before the first
 * @param recordsBehind records in the partition that are not consumed yet, as of the last fetch; -1 when not known yet
 */
public record OpenPartition(int partition, State state, long receivedUntilMs, long recordsBehind) {

    /** Whether the answer holds everything of this partition that is not in the store. */
    public enum State {
        /** Yes, but for records that arrived within the last moments. */
        READY,
        /** No: the writer replays what it (or the owner before it) had not stored yet. */
        CATCHING_UP,
        /** No: the partition was handed to another writer while the question was answered. Ask again. */
        LOST
    }
}
