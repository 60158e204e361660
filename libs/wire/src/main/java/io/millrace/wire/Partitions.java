package io.millrace.wire;

/**
 * Which partition of {@code received}, {@code samples} and {@code series} a series lives in: everywhere the same number.
 *
 * <p>It is the upper half of the id's low word scaled to the number of partitions: {@code (idLow >>> 32) * partitions
 * >>> 32}. The storage shard ({@link io.millrace.model.SeriesId#shard}) is taken from the same bits, so a
 * partition holds whole shards and the writer that owns it fills its storage batches well. A hash table within one partition must not use the top bits of the low word: they are nearly
 * equal there. Changing this function moves series between partitions; it never changes.
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
