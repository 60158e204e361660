/**
 * Which series a tenant has on which day: an inverted index in memory, one per tenant, from label values to bitmaps of
 * series. It is fed by the topic {@code series} and, for days the topic no longer holds, by the registry in the store.
 * Queries read it without ever waiting for the thread that feeds it.
 */
package io.millrace.query.index;
