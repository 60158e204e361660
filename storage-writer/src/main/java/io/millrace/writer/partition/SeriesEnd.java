package io.millrace.writer.partition;

import java.util.concurrent.CompletionStage;

/** Asks where a partition of the topic {@code series} ends now. */
public interface SeriesEnd {
    /**
     * The offset after the last record of the partition, records of open transactions included. A series announced in a
     * transaction that is committed now is below it, even if its marker is not written yet.
     */
    CompletionStage<Long> highWatermark(int partition);
}
