package io.millrace.query.index;

/** Opens what only the topic reader may do, for tests of other packages. */
public final class TestIndex {
    private TestIndex() {}

    public static void cover(SeriesIndex index, int day) {
        index.coverFrom(day);
    }
}
