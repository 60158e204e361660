package io.millrace.processor.progress;

import org.jspecify.annotations.Nullable;

/** Where the range of a partition is made durable, in the transaction of the output of its records. For the task's thread. */
public interface RangeLog {
    /** The range of the last transaction that was committed, with what was put since; null when nothing is known. */
    @Nullable
    ProcessedRange range();

    void put(ProcessedRange range);
}
