package io.millrace.runtime;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.millrace.runtime.admin.AdminConfig;
import java.util.List;

/** A program made of services. */
public final class ServiceProcess {
    private ServiceProcess() {}

    /** Runs until stopped. */
    public static int run(String name, List<Service> services, AdminConfig admin, PrometheusMeterRegistry registry) {
        throw new UnsupportedOperationException();
    }
}
