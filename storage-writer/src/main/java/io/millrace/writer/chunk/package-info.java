/**
 * The open chunks of one partition as plain data: which series there are, which chunks they grow, when chunks are sealed,
 * and which offsets are safe to commit. No threads, no Kafka, no store; everything belongs to the partition's owner
 * thread.
 */
package io.millrace.writer.chunk;
