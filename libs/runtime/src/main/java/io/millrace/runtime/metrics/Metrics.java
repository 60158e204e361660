package io.millrace.runtime.metrics;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/** Makes the meter registry of a process: one for the whole JVM, given to every service in it. */
public final class Metrics {
    private Metrics() {}

    /** A Prometheus registry with the meters of the JVM and the process. */
    public static PrometheusMeterRegistry create() {
        throw new UnsupportedOperationException();
    }
}
