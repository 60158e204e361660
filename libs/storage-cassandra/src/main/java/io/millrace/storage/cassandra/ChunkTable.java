package io.millrace.storage.cassandra;

import io.millrace.storage.RetentionClass;

/** The names of the chunk tables, one for each retention class. */
final class ChunkTable {
    private ChunkTable() {}

    static String of(RetentionClass retention) {
        return "chunks_" + retention.days() + "d";
    }
}
