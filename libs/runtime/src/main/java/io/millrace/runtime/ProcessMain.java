package io.millrace.runtime;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.millrace.runtime.admin.AdminConfig;
import io.millrace.runtime.config.ConfigurationException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The main method of a process, less its wiring: reads the arguments, catches what is wrong, waits for a signal.
 *
 * <pre>{@code
 * public static void main(String[] args) {
 *     System.exit(ProcessMain.run("gateway", args, GatewayMain::wire));
 * }
 * }</pre>
 *
 * <p>Exit codes: 0 after a stop, 1 when it could not start, 2 when arguments or configuration are wrong. After a signal
 * the JVM itself gives 128 + number of the signal: 143 for SIGTERM, 130 for Ctrl-C.
 */
public final class ProcessMain {
    private static final Logger log = LoggerFactory.getLogger(ProcessMain.class);

    /** A service that has not closed by then hangs; the JVM may go, since nothing acknowledged is only in memory. */
    private static final long CLOSE_LIMIT_SECONDS = 120;

    private static final int START_FAILED = 1;
    private static final int WRONG_CONFIGURATION = 2;

    private ProcessMain() {}

    /**
     * The parts of a process.
     *
     * @param services in the order of their start
     * @param admin where the admin endpoint listens
     * @param registry what {@code /metrics} shows
     */
    public record Parts(List<? extends Service> services, AdminConfig admin, PrometheusMeterRegistry registry) {}

    /** Makes the parts of a process from its configuration; starts nothing. */
    @FunctionalInterface
    public interface Wiring {
        /**
         * @param file the configuration file, or null when none was given
         * @param environment the environment variables
         * @throws ConfigurationException when the configuration is wrong
         */
        Parts wire(@Nullable Path file, Map<String, String> environment);
    }

    /**
     * Runs a process until it is asked to stop.
     *
     * @param name of the process
     * @param arguments of the main method: nothing, or the path of the configuration file
     * @return the exit code
     */
    public static int run(String name, String[] arguments, Wiring wiring) {
        if (arguments.length > 1 || (arguments.length == 1 && arguments[0].startsWith("-"))) {
            return complain(name, "usage: give the path of one configuration file, or nothing", WRONG_CONFIGURATION);
        }
        Parts parts;
        try {
            parts = wiring.wire(arguments.length == 0 ? null : Path.of(arguments[0]), System.getenv());
        } catch (ConfigurationException e) {
            return complain(name, e.getMessage(), WRONG_CONFIGURATION);
        }
        return ServiceProcess.run(name, parts.services(), parts.admin(), parts.registry());
    }

    /** Runs a process until it is asked to stop; a signal closes it on the calling thread. */
    static int run(ServiceProcess process) {
        Thread.setDefaultUncaughtExceptionHandler(
                (thread, e) -> log.error("thread ended by an exception thread={}", thread.getName(), e));
        SignalHook hook = new SignalHook(process, Thread.currentThread());
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            process.start();
            process.awaitStop();
            return 0;
        } catch (InterruptedException e) {
            return 0; // by the hook
        } catch (ServiceStartException e) {
            if (hook.signalled()) {
                return 0;
            }
            log.error("process cannot start name={}", process.name(), e);
            return complain(process.name(), e.getMessage(), START_FAILED);
        } finally {
            hook.closing();
            process.close();
            hook.closed();
        }
    }

    /** Run by the JVM at SIGTERM and SIGINT: wakes the main thread and keeps the JVM until it has closed everything. */
    private static final class SignalHook extends Thread {
        private final ServiceProcess process;
        private final Thread main;
        private final CountDownLatch closed = new CountDownLatch(1);
        private boolean signalled;
        private boolean closing;

        SignalHook(ServiceProcess process, Thread main) {
            super("shutdown");
            this.process = process;
            this.main = main;
        }

        @Override
        public void run() {
            log.info("process asked to stop name={}", process.name());
            wake();
            try {
                if (!closed.await(CLOSE_LIMIT_SECONDS, TimeUnit.SECONDS)) {
                    log.error("process did not close in time name={} limit={}s", process.name(), CLOSE_LIMIT_SECONDS);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private synchronized void wake() {
            signalled = true;
            if (!closing) {
                main.interrupt(); // it may be waiting for a broker to come up
            }
            process.stop();
        }

        synchronized boolean signalled() {
            return signalled;
        }

        /** From here on the main thread must not be interrupted: closing flushes, and that waits. */
        synchronized void closing() {
            closing = true;
            Thread.interrupted();
        }

        void closed() {
            closed.countDown();
            try {
                Runtime.getRuntime().removeShutdownHook(this);
            } catch (IllegalStateException e) {
                log.debug("the JVM is going down already", e);
            }
        }
    }

    private static int complain(String name, @Nullable String what, int exitCode) {
        System.err.println("millrace " + name + ": " + what);
        return exitCode;
    }
}
