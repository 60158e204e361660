/**
 * The values every part of Millrace speaks in: tenants, labels, series ids, native histograms, limits, reject reasons.
 * JDK only: no Kafka, Cassandra, Jetty, Jackson or protobuf. Everything here is immutable unless a class says otherwise.
 */
package io.millrace.model;
