/**
 * Which partitions of the topic {@code received} each tenant uses: read from the topic {@code shards} into the memory of every
 * gateway and processor.
 */
package io.millrace.runtime.shards;
