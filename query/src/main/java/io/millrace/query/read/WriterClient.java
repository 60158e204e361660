package io.millrace.query.read;

import io.millrace.wire.openchunks.OpenChunk;
import io.millrace.wire.openchunks.OpenChunkRequest;
import io.millrace.wire.openchunks.OpenPartition;
import java.util.List;

/** Asks a writer for its open chunks. Thread-safe; blocks the caller. */
interface WriterClient {
    /** A whole answer. */
    record Answer(List<OpenChunk> chunks, List<OpenPartition> partitions) {}

    /** A writer that did not answer, or not as it should; the message says which and how. */
    final class WriterException extends Exception {
        WriterException(String message) {
            super(message, null, false, false);
        }
    }

    /**
     * @param hostAndPort where the writer listens
     * @throws WriterException when there is no complete answer; nothing of it may be used then
     */
    Answer ask(String hostAndPort, OpenChunkRequest question) throws WriterException, InterruptedException;
}
