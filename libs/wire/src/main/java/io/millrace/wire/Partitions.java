package io.millrace.wire;

/**
 * Which partition of {@code received}, {@code samples} and {@code series} a series lives in: everywhere the same number.
 *
 * <p>It is the upper half of the id's low word scaled to the number of partitions: {@code (idLow >>> 32) * partitions
 * >>> 32}. The same bits choose the storage shard, so a partition has few shards and its writer fills large batches. A
 * hash table within one partition must not use them: they are nearly equal there; the high word is free. Changing this
 * function moves series between partitions; it never changes.
 */
public final class Partitions {
    private Partitions() {}

    /**
     * @param partitions of each of the three topics, at least 1
     * @return 0 to {@code partitions - 1}
     */
    @SuppressWarnings(
            "UnusedVariable") // idHigh: the signature takes a whole id, so that callers need not know which half counts
    public static int partition(long idHigh, long idLow, int partitions) {
        return (int) (((idLow >>> 32) * partitions) >>> 32);
    }
}
