package io.millrace.standalone;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.millrace.embedded.CassandraNode;
import io.millrace.embedded.KafkaNode;
import io.millrace.embedded.NodeException;
import io.millrace.runtime.BuildInfo;
import io.millrace.runtime.ServiceProcess;
import io.millrace.runtime.ServiceStartException;
import io.millrace.runtime.metrics.Metrics;
import io.millrace.standalone.Preflight.Port;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of {@code millrace up}, from the checks to the last line.
 *
 * <ol>
 *   <li>wait for children of a killed run that are still writing
 *   <li>check memory, disk, ports
 *   <li>start the nodes, then the services in the order of their dependence
 *   <li>say so when all are ready, and wait for a signal
 *   <li>stop the services in reverse order, so that everything in memory is flushed into the nodes; then the nodes
 * </ol>
 *
 * Used by the main thread; the JVM's shutdown hook wakes it and waits for it.
 */
final class Standalone {

    private static final Logger log = LoggerFactory.getLogger(Standalone.class);

    /** Above what all services and nodes together take at worst before they are killed. */
    private static final Duration STOP_TIMEOUT = Duration.ofMinutes(5);

    private static final long LOOK_MILLIS = 50;

    private final DataFolder folder;
    private final Settings settings;
    private final boolean detached;
    private final Progress progress = new Progress(System.out);
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Thread main = Thread.currentThread();
    private volatile boolean stopAsked;
    private boolean closing;

    /** @param folder taken already */
    Standalone(DataFolder folder, Settings settings, boolean detached) {
        this.folder = folder;
        this.settings = settings;
        this.detached = detached;
    }

    /** Returns the exit code after a stop. */
    int run() {
        long start = System.nanoTime();
        progress.say("Millrace " + BuildInfo.version() + " in " + folder.root());
        check(start);
        Runtime.getRuntime().addShutdownHook(new Thread(this::askedToStop, "shutdown"));
        PrometheusMeterRegistry registry = Metrics.create();
        Wiring wiring = new Wiring(folder, settings, registry, progress, Clock.systemUTC());
        List<Announced> services = wiring.services().stream()
                .map(service -> new Announced(service, progress))
                .toList();
        ServiceProcess process = new ServiceProcess("standalone", services, wiring.admin(), registry);
        try {
            folder.runFile().write(wiring.describe(false));
            process.start();
            folder.markComplete();
            awaitReady(services);
            folder.runFile().write(wiring.describe(true));
            welcome(wiring, start);
            process.awaitStop();
            return 0;
        } catch (InterruptedException e) {
            return 0; // by the hook
        } catch (ServiceStartException e) {
            if (stopAsked) {
                return 0;
            }
            throw reason(e);
        } finally {
            stop(process);
        }
    }

    private void check(long start) {
        KafkaNode.awaitPredecessor(folder.kafka());
        CassandraNode.awaitPredecessor(folder.cassandra());
        StandaloneSettings own = settings.standalone();
        Preflight.requireMemory(FreeMemory.bytes(), own.requiredMemory().bytes());
        Preflight.requireDisk(folder.root(), own.requiredDisk().bytes());
        Preflight.requirePorts(ports());
        progress.done("Java " + Runtime.version().feature() + ", memory, disk and ports", start);
    }

    private List<Port> ports() {
        StandaloneSettings own = settings.standalone();
        String loopback = "127.0.0.1";
        return List.of(
                new Port(
                        "the gateway",
                        own.listen(),
                        settings.gateway().internal().port(),
                        "--gateway-port"),
                new Port("the query API", own.listen(), settings.query().http().port(), "--query-port"),
                new Port(
                        "the storage-writer",
                        loopback,
                        settings.writer().internal().port(),
                        "--writer-port"),
                new Port("the admin endpoint", loopback, own.adminPort(), "--admin-port"),
                new Port("Kafka", loopback, own.kafka().port(), "--kafka-port"),
                new Port("Cassandra", loopback, own.cassandra().port(), "--cassandra-port"));
    }

    private void awaitReady(List<Announced> services) throws InterruptedException {
        long deadline = System.nanoTime() + settings.standalone().startTimeout().toNanos();
        List<Announced> waiting = new ArrayList<>(services);
        while (true) {
            waiting.removeIf(Announced::announceIfReady);
            if (waiting.isEmpty()) {
                return;
            }
            if (System.nanoTime() > deadline) {
                throw new CommandException("Not ready after "
                        + settings.standalone().startTimeout().toSeconds() + " s: "
                        + waiting.stream()
                                .map(service ->
                                        service.name() + " (" + service.check().reason() + ")")
                                .collect(Collectors.joining(", "))
                        + ". See the logs in " + folder.logs() + ".");
            }
            Thread.sleep(LOOK_MILLIS);
        }
    }

    private void welcome(Wiring wiring, long start) {
        String seconds = String.format(Locale.ROOT, "%.1f s", (System.nanoTime() - start) / 1e9);
        log.info("standalone ready seconds={}", seconds);
        progress.say(Welcome.text(wiring.facts(), seconds));
        if (detached) {
            progress.say("It runs in the background: stop it with 'bin/millrace down'.");
            progress.mute();
            // The process that waits for this one reads to the end.
            System.out.close();
            System.err.close();
        } else {
            progress.say("Ctrl-C stops it; all data stays in " + folder.root() + ".");
        }
    }

    /** Run by the JVM at SIGINT, SIGTERM and SIGHUP, and after an ordinary end too. */
    private void askedToStop() {
        synchronized (this) {
            stopAsked = true;
            if (!closing) {
                main.interrupt(); // it waits, for a node to start or for this moment
            }
        }
        try {
            if (!stopped.await(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                log.error("not stopped in time seconds={}", STOP_TIMEOUT.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void stop(ServiceProcess process) {
        long start = System.nanoTime();
        if (stopAsked) {
            progress.say("");
            progress.say("Stopping: what is in memory is written first");
        }
        synchronized (this) {
            closing = true;
            Thread.interrupted(); // closing flushes, and that waits
        }
        process.close();
        folder.runFile().delete();
        folder.release();
        if (stopAsked) {
            progress.done("stopped", start);
        }
        stopped.countDown();
    }

    private static CommandException reason(ServiceStartException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof NodeException) {
                return new CommandException(cause.getMessage(), e);
            }
        }
        log.error("cannot start", e);
        return new CommandException(e.getMessage() + ".", e);
    }
}
