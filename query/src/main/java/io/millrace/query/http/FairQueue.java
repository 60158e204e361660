package io.millrace.query.http;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Runs work of tenants on a fixed number of threads. Tenants take turns, whatever each has waiting, and none may occupy
 * all threads; what waits is bounded for each tenant and in all. Thread-safe.
 */
public final class FairQueue implements AutoCloseable {
    private final int perTenant;
    private final int waitingPerTenant;
    private final int waitingInAll;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<String, Line> lines = new HashMap<>();
    /** Tenants with something to do and room to do it, in the order of their turns. */
    private final ArrayDeque<Line> turns = new ArrayDeque<>();

    private final List<Thread> threads = new ArrayList<>();
    private int waiting;
    private int running;
    private boolean closed;

    private static final class Line {
        final String tenant;
        final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
        int running;
        boolean hasTurn;

        Line(String tenant) {
            this.tenant = tenant;
        }
    }

    /** Says who is too busy: one tenant (429) or all together (503). */
    public static final class FullException extends Exception {
        private final boolean tenant;

        FullException(boolean tenant, String message) {
            super(message, null, false, false);
            this.tenant = tenant;
        }

        public boolean isTenant() {
            return tenant;
        }
    }

    /**
     * @param threads tasks at once
     * @param perTenant tasks of one tenant at once
     * @param waitingPerTenant tasks of one tenant waiting
     * @param waitingInAll tasks of all tenants waiting
     */
    public FairQueue(int threads, int perTenant, int waitingPerTenant, int waitingInAll) {
        this.perTenant = perTenant;
        this.waitingPerTenant = waitingPerTenant;
        this.waitingInAll = waitingInAll;
        for (int i = 0; i < threads; i++) {
            Thread thread = new Thread(this::work, "query-" + i);
            thread.setDaemon(true);
            this.threads.add(thread);
        }
    }

    public void start() {
        threads.forEach(Thread::start);
    }

    /** Runs a task as soon as it is its turn. It must not throw. */
    public void submit(String tenant, Runnable task) throws FullException {
        lock.lock();
        try {
            if (closed) {
                throw new FullException(false, "the query service is stopping");
            }
            if (waiting >= waitingInAll) {
                throw new FullException(
                        false, "the query service has " + waiting + " queries waiting; try again in a moment");
            }
            Line line = lines.computeIfAbsent(tenant, Line::new);
            if (line.tasks.size() >= waitingPerTenant) {
                throw new FullException(
                        true,
                        "instance " + tenant + " has " + line.running + " queries running and " + line.tasks.size()
                                + " waiting; send fewer at a time (query.concurrency)");
            }
            line.tasks.add(task);
            waiting++;
            takeTurn(line);
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Takes back a task that still waits; false when it runs, has run, or is not known. */
    public boolean withdraw(String tenant, Runnable task) {
        lock.lock();
        try {
            Line line = lines.get(tenant);
            if (line == null || !line.tasks.remove(task)) {
                return false;
            }
            waiting--;
            if (line.tasks.isEmpty() && line.hasTurn) {
                line.hasTurn = false;
                turns.remove(line);
            }
            if (line.running == 0 && line.tasks.isEmpty()) {
                lines.remove(tenant);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void takeTurn(Line line) {
        if (!line.hasTurn && !line.tasks.isEmpty() && line.running < perTenant) {
            line.hasTurn = true;
            turns.add(line);
        }
    }

    private void work() {
        while (true) {
            Line line;
            Runnable task;
            lock.lock();
            try {
                while (turns.isEmpty() && !closed) {
                    changed.awaitUninterruptibly();
                }
                if (turns.isEmpty()) {
                    return;
                }
                line = turns.remove();
                line.hasTurn = false;
                task = line.tasks.remove();
                waiting--;
                line.running++;
                running++;
                takeTurn(line);
            } finally {
                lock.unlock();
            }
            try {
                task.run();
            } finally {
                finished(line);
            }
        }
    }

    private void finished(Line line) {
        lock.lock();
        try {
            line.running--;
            running--;
            takeTurn(line);
            if (line.running == 0 && line.tasks.isEmpty()) {
                lines.remove(line.tenant);
            }
            changed.signal();
        } finally {
            lock.unlock();
        }
        Thread.interrupted(); // an interrupt was meant for the task
    }

    public int waiting() {
        lock.lock();
        try {
            return waiting;
        } finally {
            lock.unlock();
        }
    }

    public int running() {
        lock.lock();
        try {
            return running;
        } finally {
            lock.unlock();
        }
    }

    /** Takes nothing new, lets what runs or waits end for a moment, then interrupts it. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        long until = System.nanoTime() + 5_000_000_000L;
        for (Thread thread : threads) {
            join(thread, until);
        }
        threads.forEach(Thread::interrupt);
    }

    private static void join(Thread thread, long untilNanos) {
        try {
            long left = (untilNanos - System.nanoTime()) / 1_000_000;
            if (left > 0 && thread.isAlive()) {
                thread.join(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
