/**
 * The front door: receives remote write over HTTP/1.1, checks who sends and what, and answers 2xx only when Kafka has the
 * samples on all in-sync replicas. {@code http} speaks with senders, {@code ingest} turns bodies into records. It keeps
 * no state but caches, and never sees the store.
 */
package io.millrace.gateway;
