/**
 * Remote write 1.0 and 2.0 requests, from snappy bytes to batches of the topic {@code received}. The decoder walks the
 * protobuf bytes with an index and makes no object per label, series or sample; what it must refuse it counts by reason
 * and the valid rest goes on. It knows no HTTP and no Kafka: batches go to a {@link
 * io.millrace.wire.remotewrite.SeriesSink}.
 */
package io.millrace.wire.remotewrite;
