package io.millrace.writer.partition;

/** The partition is not owned here any more, or its owner cannot answer now. */
public final class PartitionLostException extends RuntimeException {
    PartitionLostException(int partition) {
        super("partition " + partition + " cannot answer: it was handed over or is overloaded");
    }
}
