/**
 * Which partitions of {@code received} a tenant's series are in, as far as the processor has to do with it: who widens a shard
 * and when, and how a partition keeps its books of limits while series move. What shards are stands in
 * {@link io.millrace.wire.Shard}; decision 013 says why they grow as they do.
 */
package io.millrace.processor.shards;
