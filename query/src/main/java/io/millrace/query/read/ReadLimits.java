package io.millrace.query.read;

import java.time.Duration;

/**
 * How much a query reads at once.
 *
 * @param chunkSpan no chunk is longer from its first to its last sample, nor does any cross midnight UTC: how far before
 *     a time range the store is read
 * @param seriesPerWave series whose open chunks are asked for, and held, together
 * @param seriesPerBatch series whose stored chunks are read one after the other: fewer let more threads read, and the
 *     reader decode meanwhile
 * @param seriesDaysPerBatch series × days whose stored chunks are read, and held, together
 * @param batchesAhead batches read ahead of the one in use
 * @param maxBytesInFlight chunk bytes of a query that may be held at once
 */
public record ReadLimits(
        Duration chunkSpan,
        int seriesPerWave,
        int seriesPerBatch,
        int seriesDaysPerBatch,
        int batchesAhead,
        long maxBytesInFlight) {

    /**
     * 4,096 series-days × 5,760 samples at 15 s × 1.5 B = 35 MB a batch; with 2 ahead about 100 MB for a query that reads
     * whole days, a tenth of it for a dashboard. 512 series are those of 8 of 16 shards when a metric has 1,000, and a
     * statement for 100 series reads hardly less for each than one for fewer would.
     */
    public static final ReadLimits DEFAULT = new ReadLimits(Duration.ofDays(1), 16_384, 512, 4_096, 2, 512L << 20);
}
