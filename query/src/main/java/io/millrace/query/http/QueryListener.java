package io.millrace.query.http;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.promql.engine.MemoryPool;
import io.millrace.runtime.Health;
import io.millrace.runtime.Service;
import io.millrace.runtime.control.ControlState;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The HTTP side of the query service as one service: the listener and the queue behind it. */
public final class QueryListener implements Service {
    private final QueryServer server;
    private final FairQueue queue;
    private final ClientWatch clients = new ClientWatch();
    private final MemoryPool memory;
    private final MeterRegistry registry;
    private final @Nullable AdminHandler admin;

    /**
     * @param prometheus what stands below {@code /prometheus/{instance}/}
     * @param admin handles {@code /admin/}, null for none
     * @param queue started and closed with the listener
     * @param memory what all requests may hold together
     * @param ready whether data can be queried
     */
    public QueryListener(
            HttpOptions options,
            Routes prometheus,
            @Nullable AdminHandler admin,
            ControlState control,
            Callers callers,
            FairQueue queue,
            MemoryPool memory,
            BooleanSupplier ready,
            MeterRegistry registry) {
        this.queue = queue;
        this.memory = memory;
        this.registry = registry;
        this.admin = admin;
        this.server = new QueryServer(
                options.host(),
                options.port(),
                new QueryHandler(
                        prometheus,
                        admin,
                        control,
                        callers,
                        queue,
                        clients,
                        new Cors(options.corsOrigins()),
                        ready,
                        options.maxBodyBytes(),
                        options.timeout(),
                        memory,
                        registry));
    }

    @Override
    public String name() {
        return "query-api";
    }

    @Override
    public void start() throws Exception {
        Gauge.builder("millrace.query.running", queue, FairQueue::running)
                .description("Queries running")
                .register(registry);
        Gauge.builder("millrace.query.waiting", queue, FairQueue::waiting)
                .description("Queries waiting for their turn")
                .register(registry);
        Gauge.builder("millrace.query.memory.bytes", memory, MemoryPool::taken)
                .description("Memory that running queries have taken of query.concurrency.max-memory")
                .register(registry);
        queue.start();
        clients.start();
        server.start();
    }

    /** The port it listens on, after {@link #start}. */
    public int port() {
        return server.port();
    }

    @Override
    public Health check() {
        return server.isRunning() ? Health.READY : Health.notReady("the query API is not listening");
    }

    @Override
    public void close() {
        queue.close(); // what runs may end; what comes now is told to come back
        if (admin != null) {
            admin.close();
        }
        server.close();
        clients.close();
    }
}
