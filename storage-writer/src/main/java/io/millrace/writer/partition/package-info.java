/**
 * One partition of the topic {@code samples} at work: the owner thread that takes records in, grows chunks, writes what is
 * sealed and answers questions about what is open. Kafka records come in and committable offsets go out; the consumers
 * themselves are in {@code io.millrace.writer.kafka}.
 */
package io.millrace.writer.partition;
