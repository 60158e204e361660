package io.millrace.gateway.http;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.util.thread.TryExecutor;

/**
 * Has a few threads of the pool go from connection to connection. When Kafka acknowledges, many requests end at once, and
 * each of their connections wants a thread to look for its next request: to wake one for each of them costs more than
 * what it then does. Everything that is not a connection goes to the pool as it is. Thread-safe.
 */
final class ConnectionExecutor implements TryExecutor {
    private final TryExecutor pool;
    private final int threads;
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger active = new AtomicInteger();

    /** @param threads that work on connections at one time */
    ConnectionExecutor(TryExecutor pool, int threads) {
        this.pool = pool;
        this.threads = threads;
    }

    /** @throws RejectedExecutionException when the pool takes no more work; then the job is forgotten */
    @Override
    public void execute(Runnable job) {
        if (!(job instanceof Connection)) {
            pool.execute(job);
            return;
        }
        waiting.add(job);
        try {
            beginIfNeeded();
        } catch (RejectedExecutionException e) {
            waiting.remove(job);
            throw e;
        }
    }

    @Override
    public boolean tryExecute(Runnable job) {
        return pool.tryExecute(job);
    }

    private void beginIfNeeded() {
        int now = active.get();
        while (now < threads && !waiting.isEmpty()) {
            if (active.compareAndSet(now, now + 1)) {
                begin();
                return;
            }
            now = active.get();
        }
    }

    private void begin() {
        try {
            pool.execute(this::workOff);
        } catch (RejectedExecutionException e) {
            active.decrementAndGet();
            throw e;
        }
    }

    private void workOff() {
        try {
            Runnable job = waiting.poll();
            while (job != null) {
                job.run();
                job = waiting.poll();
            }
        } finally {
            active.decrementAndGet();
            // for what came since the last look, and for the others when a job has failed
            beginIfNeeded();
        }
    }
}
