package io.millrace.runtime;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.millrace.runtime.admin.AdminConfig;
import io.millrace.runtime.admin.AdminServer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Services that run together: started in order, closed in reverse order, with one admin endpoint around them.
 *
 * <p>The admin endpoint is up before the first service starts and down after the last has closed, so that {@code /ready}
 * can say what the process is waiting for. From the moment a stop is asked for, {@code /ready} is 503.
 *
 * <p>{@link #start} and {@link #close} belong to one thread; {@link #stop} and {@link #health} are safe for any.
 */
public final class ServiceProcess implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ServiceProcess.class);

    private final String name;
    private final List<Service> services;
    private final Service admin;
    private final Deque<Service> begun = new ArrayDeque<>();
    private final CountDownLatch stopAsked = new CountDownLatch(1);
    private volatile int started;

    /**
     * Does nothing yet.
     *
     * @param name of the process, for logs
     * @param services in the order of their start; names must differ
     */
    public ServiceProcess(
            String name, List<? extends Service> services, AdminConfig admin, PrometheusMeterRegistry registry) {
        this(name, services, health -> new AdminServer(admin, health, registry));
    }

    /** With another admin endpoint, made for the given health. */
    ServiceProcess(
            String name,
            List<? extends Service> services,
            Function<Supplier<Map<String, Health>>, ? extends Service> admin) {
        this.name = name;
        this.services = List.copyOf(services);
        this.admin = admin.apply(this::health);
        if (this.services.stream().map(Service::name).distinct().count() != services.size()) {
            throw new IllegalArgumentException("two services have the same name: "
                    + this.services.stream().map(Service::name).toList());
        }
    }

    /**
     * Runs a process until it is asked to stop by SIGTERM, SIGINT; see {@link ProcessMain} for a whole main method.
     *
     * @return the exit code: 0 after a stop, 1 when it could not start
     */
    public static int run(
            String name, List<? extends Service> services, AdminConfig admin, PrometheusMeterRegistry registry) {
        return ProcessMain.run(new ServiceProcess(name, services, admin, registry));
    }

    /**
     * Starts everything. When a service fails, or the thread is interrupted, those begun before are closed again.
     *
     * @throws ServiceStartException naming the service and the reason
     */
    public void start() throws ServiceStartException {
        begin(admin);
        for (Service service : services) {
            begin(service);
            started++;
        }
        log.info("process started name={} version={} services={}", name, BuildInfo.version(), services.size());
    }

    private void begin(Service service) throws ServiceStartException {
        begun.push(service); // before start: close() also cleans up after a start that failed half-way
        long startNanos = System.nanoTime();
        try {
            if (stopAsked.getCount() == 0) {
                throw new InterruptedException("asked to stop");
            }
            service.start();
        } catch (Exception e) {
            boolean interrupted = Thread.interrupted() || e instanceof InterruptedException;
            close(); // with the flag cleared, because closing may wait
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            throw new ServiceStartException(service.name() + " cannot start: " + reasonOf(e), e);
        }
        log.info("service started name={} millis={}", service.name(), (System.nanoTime() - startNanos) / 1_000_000);
    }

    /** The message of an exception and of those that caused it, on one line. */
    private static String reasonOf(Exception exception) {
        StringBuilder reason = new StringBuilder();
        String last = "";
        for (Throwable e = exception; e != null; e = e.getCause()) {
            String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            if (!last.contains(message)) {
                reason.append(reason.isEmpty() ? "" : ": ").append(message.replace('\n', ' '));
                last = message;
            }
        }
        return reason.toString();
    }

    /** How each service is, by name, in the order of start. */
    public Map<String, Health> health() {
        Map<String, Health> health = new LinkedHashMap<>();
        if (stopAsked.getCount() == 0) {
            health.put("process", Health.notReady("stopping"));
        }
        int running = started;
        for (int i = 0; i < services.size(); i++) {
            Service service = services.get(i);
            Health one =
                    i < running ? checkOf(service) : Health.notReady(i == running ? "starting" : "not started yet");
            health.put(service.name(), one);
        }
        return health;
    }

    private static Health checkOf(Service service) {
        try {
            return service.check();
        } catch (RuntimeException e) {
            return Health.notReady("check failed: " + e.getMessage());
        }
    }

    /** The port of the admin endpoint, after {@link #start}. */
    public int adminPort() {
        return admin instanceof AdminServer server ? server.port() : 0;
    }

    /** Asks the process to stop; returns at once. */
    public void stop() {
        stopAsked.countDown();
    }

    /** Waits until somebody calls {@link #stop}. */
    public void awaitStop() throws InterruptedException {
        stopAsked.await();
    }

    /** Closes what was started, in reverse order, each even when another fails. Idempotent. */
    @Override
    public void close() {
        stop();
        while (!begun.isEmpty()) {
            Service service = begun.pop();
            long startNanos = System.nanoTime();
            try {
                service.close();
                log.info(
                        "service closed name={} millis={}",
                        service.name(),
                        (System.nanoTime() - startNanos) / 1_000_000);
            } catch (RuntimeException e) {
                log.error("service did not close cleanly name={}", service.name(), e);
            }
        }
    }

    String name() {
        return name;
    }
}
