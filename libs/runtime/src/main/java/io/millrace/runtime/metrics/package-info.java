/**
 * The meter registry of a process, with what every process measures: memory, garbage collection, threads, processor,
 * open files, uptime. Served as Prometheus text by the admin endpoint.
 */
package io.millrace.runtime.metrics;
