package io.millrace.runtime.admin;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.millrace.runtime.Health;
import io.millrace.runtime.Service;
import java.util.List;

/** Serves {@code /live}, {@code /ready} and {@code /metrics}. */
public final class AdminServer implements Service {

    public AdminServer(AdminConfig config, List<? extends Service> services, PrometheusMeterRegistry registry) {}

    @Override
    public String name() {
        return "admin";
    }

    @Override
    public void start() throws Exception {
        throw new UnsupportedOperationException();
    }

    /** The port it listens on, after {@link #start}. */
    public int port() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Health check() {
        return Health.READY;
    }

    @Override
    public void close() {}
}
