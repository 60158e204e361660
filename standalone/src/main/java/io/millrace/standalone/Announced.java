package io.millrace.standalone;

import io.millrace.runtime.Health;
import io.millrace.runtime.Service;

/** Another service, with a line at the terminal when it is ready and when it has stopped. As thread-safe as that one. */
final class Announced implements Service {

    private final Service service;
    private final Progress progress;
    private volatile long startedNanos;
    private boolean announced;
    private boolean closed;

    Announced(Service service, Progress progress) {
        this.service = service;
        this.progress = progress;
    }

    @Override
    public String name() {
        return service.name();
    }

    @Override
    public void start() throws Exception {
        startedNanos = System.nanoTime();
        service.start();
        announceIfReady();
    }

    @Override
    public Health check() {
        return service.check();
    }

    /** Prints the line as soon as the service is ready; returns whether it is. */
    synchronized boolean announceIfReady() {
        boolean ready = service.check().ready();
        if (ready && !announced) {
            announced = true;
            progress.done(service.name(), startedNanos);
        }
        return ready;
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        long start = System.nanoTime();
        service.close();
        if (startedNanos != 0 && !(service instanceof Step)) {
            progress.done("stopped " + service.name(), start);
        }
    }
}
