package io.millrace.writer.partition;

import io.millrace.writer.chunk.ChunkRules;

/**
 * What bounds an owner.
 *
 * @param maxInboxBytes fetched and not taken in; beyond it the consumer pauses the partition
 * @param maxOpenBytes encoded bytes in open chunks; beyond it buckets are flushed before their turn
 * @param maxWaitingBytes sealed and not durable; beyond it no records are taken in
 * @param maxWritesUnderWay requests to the store at one time
 * @param forgetSeriesAfterHours a series without samples is forgotten so long after its last announcement
 * @param idleMs a partition without records for so long goes by the wall clock
 */
public record OwnerSettings(
        ChunkRules rules,
        long maxInboxBytes,
        long maxOpenBytes,
        long maxWaitingBytes,
        int maxWritesUnderWay,
        int forgetSeriesAfterHours,
        long idleMs) {}
