package io.millrace.storage.cassandra;

import io.millrace.storage.RetentionClass;

/** The names of the tables of merged rows, one for each retention class. */
final class MergedTable {
    private MergedTable() {}

    static String of(RetentionClass retention) {
        return "merged_" + retention.days() + "d";
    }
}
