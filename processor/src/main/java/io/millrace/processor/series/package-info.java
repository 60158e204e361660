/**
 * What a partition remembers of its series: which are known, on which days they were announced, and which are active.
 * Held in primitive arrays, one table per tenant, and made durable by a changelog topic. The public API of Kafka Streams
 * does the changelog; nothing here is stored in RocksDB, because a sample must cost one look-up in memory.
 */
package io.millrace.processor.series;
