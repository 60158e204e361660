package io.millrace.runtime.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.millrace.runtime.BuildInfo;

/**
 * Makes the meter registry of a process: one for the whole JVM, given to every service in it.
 *
 * <p>There is no common tag with the service's name: Prometheus adds {@code job} and {@code instance} itself, and in
 * standalone all services share one JVM, whose memory belongs to none of them. What a service measures has the service
 * in its name ({@code millrace_gateway_…}).
 */
public final class Metrics {
    private Metrics() {}

    /** A Prometheus registry with the meters of the JVM, the process and the build. Call it once in a JVM. */
    @SuppressWarnings("resource") // the GC listener lives as long as the process
    public static PrometheusMeterRegistry create() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        new ClassLoaderMetrics().bindTo(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmGcMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new ResidentMemory().bindTo(registry);
        bindBuild(registry);
        return registry;
    }

    private static void bindBuild(MeterRegistry registry) {
        Gauge.builder("millrace.build.info", () -> 1)
                .description("Which build this process runs; always 1")
                .tag("version", BuildInfo.version())
                .tag("java", Runtime.version().toString())
                .register(registry);
    }
}
