package io.millrace.query.index;

import io.millrace.model.Labels;
import io.millrace.model.SeriesId;
import org.roaringbitmap.RoaringBitmap;

/** The series a selection found. A stable view: the index may go on changing. Thread-safe. */
public final class SelectedSeries {
    private final IndexGeneration index;
    private final RoaringBitmap ordinals;

    SelectedSeries(IndexGeneration index, RoaringBitmap ordinals) {
        this.index = index;
        this.ordinals = ordinals;
    }

    /** Takes one series. */
    @FunctionalInterface
    public interface Visitor {
        void series(SeriesId id, Labels labels);
    }

    public int size() {
        return ordinals.getCardinality();
    }

    public boolean isEmpty() {
        return ordinals.isEmpty();
    }

    /** Hands over each series once, in no particular order. */
    public void forEach(Visitor visitor) {
        ordinals.forEach((org.roaringbitmap.IntConsumer)
                ordinal -> visitor.series(index.table.id(ordinal), index.table.labels(ordinal)));
    }
}
