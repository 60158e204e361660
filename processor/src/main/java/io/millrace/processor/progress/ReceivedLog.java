package io.millrace.processor.progress;

import org.jspecify.annotations.Nullable;

/** What stands in the topic {@code received} now. Thread-safe. */
public interface ReceivedLog {
    /**
     * The mark of the record at an offset; null when the partition has no record there.
     *
     * @throws ReceivedUnavailableException when the broker does not say
     */
    @Nullable
    RecordMark at(int partition, long offset);
}
