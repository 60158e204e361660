package io.millrace.processor.shards;

/**
 * A batch is of a later shard than is known here, and it did not become known in time. The batch must be processed again
 * later: without knowing which series have moved, known ones could be refused.
 */
public final class ShardUnavailableException extends RuntimeException {
    ShardUnavailableException(String message) {
        super(message);
    }
}
