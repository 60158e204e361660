/**
 * The query service: the Prometheus HTTP API and the admin API over an index in memory, the memory of the writers and the
 * store. This package only wires; {@code index}, {@code read}, {@code api}, {@code http} and {@code admin} do the work.
 */
package io.millrace.query;
