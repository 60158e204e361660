/**
 * From a body to acknowledged records: inflate, decode and check on a bounded number of slots, publish to the topic {@code
 * received}, wait for all acknowledgements. Also what is refused on the way, for the metric and the topic {@code
 * rejections}.
 */
package io.millrace.gateway.ingest;
