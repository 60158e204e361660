package io.millrace.query.read;

import io.millrace.model.Labels;
import io.millrace.model.SeriesId;
import io.millrace.storage.ChunkPartition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A series of a selection, and how a selection is cut into batches. */
record SelectedOne(SeriesId id, Labels labels) {
    private static final Comparator<SelectedOne> AS_STORED = Comparator.comparing(
                    (SelectedOne one) -> one.labels().metricName())
            .thenComparingInt(one -> one.id().shard(ChunkPartition.SHARD_BITS))
            .thenComparing(SelectedOne::id);
    private static final Comparator<SelectedOne> BY_LABELS = Comparator.comparing(SelectedOne::labels);

    /**
     * @param byLabels whether the series must come sorted by labels; otherwise they come as they lie in the store, which
     *     reads each partition once
     */
    static List<List<SelectedOne>> batches(List<SelectedOne> series, int perBatch, boolean byLabels) {
        List<SelectedOne> sorted = new ArrayList<>(series);
        sorted.sort(byLabels ? BY_LABELS : AS_STORED);
        List<List<SelectedOne>> batches = new ArrayList<>();
        for (int from = 0; from < sorted.size(); from += perBatch) {
            batches.add(sorted.subList(from, Math.min(sorted.size(), from + perBatch)));
        }
        return batches;
    }
}
