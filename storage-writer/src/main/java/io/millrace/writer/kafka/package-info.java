/**
 * The Kafka side of the writer: the consumer group on {@code samples} that decides who owns which partition, the reader of
 * {@code series}, and the producer of the quarantine.
 */
package io.millrace.writer.kafka;
