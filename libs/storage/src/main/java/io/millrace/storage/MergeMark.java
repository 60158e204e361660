package io.millrace.storage;

import java.util.Set;

/**
 * Says that a shard of a day has been merged: everything that was received before a time is in merged rows.
 *
 * @param receivedUntilMs that time, ms since the epoch
 * @param mergedMs when, ms since the epoch
 * @param series number of series in merged rows
 * @param samples number of their samples
 * @param bytes size of their data
 * @param purged ids of the deletions whose samples are gone from merged rows
 */
public record MergeMark(
        int shard, long receivedUntilMs, long mergedMs, long series, long samples, long bytes, Set<String> purged) {
    public MergeMark {
        purged = Set.copyOf(purged);
    }
}
