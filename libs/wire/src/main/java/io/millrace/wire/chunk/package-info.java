/**
 * Chunks of samples of one series in the encodings of Prometheus, byte for byte: {@code XorChunk}, {@code HistogramChunk}
 * and {@code FloatHistogramChunk} build them, {@code Chunks} reads them. Start timestamps, for which those encodings have
 * no place, stand before the chunk in rows of the store.
 */
package io.millrace.wire.chunk;
