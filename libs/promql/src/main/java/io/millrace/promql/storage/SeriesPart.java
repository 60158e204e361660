package io.millrace.promql.storage;

/** Some series of a {@link SeriesSet}, taken out of it. Any thread may read them, one at a time, as often as it likes. */
public interface SeriesPart extends AutoCloseable {
    /** The series from the first on, in the order in which the set would have given them. Its warnings are those of the set. */
    SeriesSet open();

    /** Gives back what the part holds. */
    @Override
    void close();
}
