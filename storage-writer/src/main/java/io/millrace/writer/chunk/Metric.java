package io.millrace.writer.chunk;

/** The name of a metric, one object for all its series of a tenant. */
record Metric(String name) {}
