package io.millrace.storage;

import java.util.List;
import java.util.concurrent.CompletionStage;

/** How far the writers of all partitions are; what is stored is told by its owner and read by all. Thread-safe. */
public interface ProgressStore {
    CompletionStage<Void> write(List<PartitionProgress> progress);

    List<PartitionProgress> read();
}
