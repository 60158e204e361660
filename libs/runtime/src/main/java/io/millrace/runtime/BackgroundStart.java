package io.millrace.runtime;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts another service on a thread of its own, again and again until it succeeds, so that those behind it need not wait
 * for something far away. Not ready until then. {@link #check} is safe for any thread.
 */
public final class BackgroundStart implements Service {
    private static final Logger log = LoggerFactory.getLogger(BackgroundStart.class);
    private static final Duration PAUSE = Duration.ofSeconds(5);

    private final Service service;
    private volatile boolean started;
    private volatile String lastFailure = "";
    private @Nullable Thread thread;

    public BackgroundStart(Service service) {
        this.service = service;
    }

    @Override
    public String name() {
        return service.name();
    }

    /** Returns at once. */
    @Override
    public synchronized void start() {
        Thread starter = new Thread(this::run, "start-" + service.name());
        starter.setDaemon(true);
        thread = starter;
        starter.start();
    }

    private void run() {
        while (!started) {
            try {
                service.start();
                started = true;
            } catch (InterruptedException e) {
                return;
            } catch (Exception e) {
                lastFailure = String.valueOf(e.getMessage());
                log.warn("service does not start yet, trying again name={} reason={}", service.name(), e.toString());
                if (!pause()) {
                    return;
                }
            }
        }
    }

    private static boolean pause() {
        try {
            Thread.sleep(PAUSE.toMillis());
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    @Override
    public Health check() {
        if (started) {
            return service.check();
        }
        return Health.notReady(lastFailure.isEmpty() ? "starting" : "starting: " + lastFailure);
    }

    @Override
    public synchronized void close() {
        Thread starter = thread;
        thread = null;
        if (starter != null) {
            starter.interrupt();
            try {
                starter.join(Duration.ofSeconds(10).toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        service.close();
    }
}
