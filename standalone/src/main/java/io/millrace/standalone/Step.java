package io.millrace.standalone;

import io.millrace.runtime.Health;
import io.millrace.runtime.Service;

/** Something that is done once between the starts of services and leaves nothing running. Used by one thread. */
final class Step implements Service {

    /** The work; what it throws ends the start. */
    @FunctionalInterface
    interface Work {
        void run() throws Exception;
    }

    private final String name;
    private final Work work;
    private volatile boolean done;

    Step(String name, Work work) {
        this.name = name;
        this.work = work;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void start() throws Exception {
        work.run();
        done = true;
    }

    @Override
    public Health check() {
        return done ? Health.READY : Health.notReady("not done yet");
    }

    @Override
    public void close() {
        // nothing is left
    }
}
