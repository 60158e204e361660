package io.millrace.storage.cassandra;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;

/** Cuts rows of one storage partition into batches. */
final class Batches {
    /** A row alone costs Cassandra five times what it costs in a batch of 100; beyond that nothing is gained. */
    static final int MAX_ROWS = 100;

    /** Far below what a commit log segment takes (16 MiB), and little to repeat. */
    static final int MAX_BYTES = 256 * 1024;

    private Batches() {}

    /** Calls {@code send} for each batch: rows in order, at least one, more only as long as both bounds hold. */
    static <T> void cut(List<T> rows, ToIntFunction<T> bytes, Consumer<List<T>> send) {
        List<T> batch = new ArrayList<>(Math.min(rows.size(), MAX_ROWS));
        int size = 0;
        for (T row : rows) {
            int rowBytes = bytes.applyAsInt(row);
            if (!batch.isEmpty() && (batch.size() == MAX_ROWS || size + rowBytes > MAX_BYTES)) {
                send.accept(batch);
                batch = new ArrayList<>(MAX_ROWS);
                size = 0;
            }
            batch.add(row);
            size += rowBytes;
        }
        if (!batch.isEmpty()) {
            send.accept(batch);
        }
    }
}
