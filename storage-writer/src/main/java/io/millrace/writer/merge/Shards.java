package io.millrace.writer.merge;

import io.millrace.storage.ChunkPartition;
import io.millrace.storage.PartitionProgress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which partitions of the topic {@code samples} have series of which shards of the store. Both take the same bits. */
final class Shards {
    static final int COUNT = 1 << ChunkPartition.SHARD_BITS;

    private final int partitions;

    Shards(int partitions) {
        this.partitions = partitions;
    }

    int first(int shard) {
        return shard * partitions / COUNT;
    }

    int last(int shard) {
        return ((shard + 1) * partitions - 1) / COUNT;
    }

    /** Until when everything received of a shard is stored; null when a partition has not said. */
    @Nullable
    Long durableUntilMs(int shard, Map<Integer, PartitionProgress> progress) {
        long least = Long.MAX_VALUE;
        for (int partition = first(shard); partition <= last(shard); partition++) {
            PartitionProgress each = progress.get(partition);
            if (each == null) {
                return null;
            }
            least = Math.min(least, each.durableUntilMs());
        }
        return least;
    }
}
