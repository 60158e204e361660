/**
 * What is counted of each tenant: samples, refusals, bytes, active series, in all and by hour. Kept in a state store, so
 * that the counts are exact over crashes, and published in the topic {@code usage}.
 */
package io.millrace.processor.usage;
