package io.millrace.storage.cassandra;

import com.datastax.oss.driver.api.core.cql.Row;
import io.millrace.model.Labels;
import io.millrace.model.SeriesId;
import io.millrace.storage.BucketSeries;
import io.millrace.storage.ChunkRow;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Brings rows of several tables together, series by series. All have them in the same order. Not thread-safe. */
final class BucketSeriesIterator implements Iterator<BucketSeries> {
    private final List<RowIterator> chunks;
    private final List<RowIterator> merged;
    private final long receivedUntilMs;

    BucketSeriesIterator(List<RowIterator> chunks, List<RowIterator> merged, long receivedUntilMs) {
        this.chunks = chunks;
        this.merged = merged;
        this.receivedUntilMs = receivedUntilMs;
    }

    private record Key(String metric, SeriesId series) implements Comparable<Key> {
        static Key of(Row row) {
            return new Key(SelectMerged.metric(row), SelectMerged.series(row));
        }

        /** Cassandra orders text by its bytes, which is not the order of Java's characters. */
        @Override
        public int compareTo(Key other) {
            int byMetric = Labels.compareUtf8(metric, other.metric);
            return byMetric != 0 ? byMetric : series.compareTo(other.series);
        }
    }

    @Override
    public boolean hasNext() {
        return least() != null;
    }

    @Override
    public BucketSeries next() {
        Key key = least();
        if (key == null) {
            throw new NoSuchElementException();
        }
        return new BucketSeries(
                key.metric(),
                key.series(),
                take(chunks, key, row -> SelectBucket.receivedMs(row) <= receivedUntilMs),
                take(merged, key, row -> true));
    }

    private @Nullable Key least() {
        Key least = null;
        for (List<RowIterator> tables : List.of(chunks, merged)) {
            for (RowIterator table : tables) {
                Row row = table.peek();
                if (row != null) {
                    Key key = Key.of(row);
                    least = least == null || key.compareTo(least) < 0 ? key : least;
                }
            }
        }
        return least;
    }

    private static List<ChunkRow> take(List<RowIterator> tables, Key key, Predicate<Row> wanted) {
        List<ChunkRow> rows = new ArrayList<>();
        for (RowIterator table : tables) {
            for (Row row = table.peek(); row != null && Key.of(row).equals(key); row = table.peek()) {
                table.next();
                if (wanted.test(row)) {
                    rows.add(SelectMerged.read(row));
                }
            }
        }
        return rows;
    }
}
