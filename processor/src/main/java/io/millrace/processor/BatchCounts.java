package io.millrace.processor;

/** What became of the items of one batch. Not thread-safe. */
final class BatchCounts {
    int samples;
    int histograms;
    int exemplars;
    int refused;
    int dropped;
    int duplicates;

    void clear() {
        samples = 0;
        histograms = 0;
        exemplars = 0;
        refused = 0;
        dropped = 0;
        duplicates = 0;
    }
}
