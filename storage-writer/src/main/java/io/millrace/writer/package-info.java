/**
 * The storage-writer: consumes the topics {@code samples} and {@code series}, keeps an open chunk for each series, lands
 * sealed chunks and the series registry in the store, and commits offsets only below the oldest sample that is not
 * durable yet. Wiring and configuration are here; see the packages below for the parts.
 */
package io.millrace.writer;
