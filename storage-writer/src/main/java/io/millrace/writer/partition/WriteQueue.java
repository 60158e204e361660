package io.millrace.writer.partition;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes on their way to the store, some of them under way at a time. A write that fails is repeated until it succeeds:
 * nothing is ever dropped. While writes fail, one at a time is tried with growing pauses, so that a store in trouble is
 * not pushed. For the owner thread; completions may come on any.
 */
final class WriteQueue {
    private static final Logger log = LoggerFactory.getLogger(WriteQueue.class);
    private static final long FIRST_PAUSE_MS = 100;
    private static final long LONGEST_PAUSE_MS = 2_000;

    /** While failing, say so again after this time. */
    private static final long REMIND_MS = 30_000;

    private final String owner;
    private final int maxUnderWay;
    private final LongSupplier clockMs;
    private final WriterMetrics metrics;
    private final Runnable wake;
    private final Deque<PendingWrite> waiting = new ArrayDeque<>();
    private final Queue<Done> done = new ConcurrentLinkedQueue<>();
    private int underWay;
    private long bytes;
    private long pauseMs;
    private long notBeforeMs;
    private volatile long failingSinceMs;
    private long remindAtMs;
    private volatile @Nullable String trouble;

    private record Done(PendingWrite write, @Nullable Throwable failure, long startNanos) {}

    /** @param wake called when there is something to do, from any thread */
    WriteQueue(String owner, int maxUnderWay, LongSupplier clockMs, WriterMetrics metrics, Runnable wake) {
        this.owner = owner;
        this.maxUnderWay = maxUnderWay;
        this.clockMs = clockMs;
        this.metrics = metrics;
        this.wake = wake;
    }

    void add(PendingWrite write) {
        waiting.add(write);
        bytes += write.bytes();
    }

    /** Takes in what has ended and starts what may start; returns how much that was. */
    int doWork() {
        int work = 0;
        for (Done each = done.poll(); each != null; each = done.poll()) {
            ended(each);
            work++;
        }
        int limit = trouble == null ? maxUnderWay : 1;
        while (underWay < limit && !waiting.isEmpty() && clockMs.getAsLong() >= notBeforeMs) {
            start(waiting.remove());
            work++;
        }
        return work;
    }

    private void start(PendingWrite write) {
        underWay++;
        metrics.underWay(1);
        long startNanos = System.nanoTime();
        CompletionStage<Void> attempt;
        try {
            attempt = write.attempt().get();
        } catch (RuntimeException e) {
            attempt = CompletableFuture.failedFuture(e);
        }
        attempt.whenComplete((nothing, failure) -> {
            done.add(new Done(write, failure, startNanos));
            wake.run();
        });
    }

    private void ended(Done ended) {
        underWay--;
        metrics.underWay(-1);
        PendingWrite write = ended.write();
        Throwable failure = ended.failure();
        long now = clockMs.getAsLong();
        if (failure == null) {
            bytes -= write.bytes();
            metrics.written(write.what(), System.nanoTime() - ended.startNanos());
            if (trouble != null) {
                log.info("store takes writes again owner={} failedForMs={}", owner, now - failingSinceMs);
                trouble = null;
                pauseMs = 0;
            }
            write.durable().run();
            return;
        }
        metrics.retried(write.what());
        waiting.addFirst(write);
        String reason = String.valueOf(failure.getMessage());
        if (trouble == null) {
            failingSinceMs = now;
        }
        if (trouble == null || now >= remindAtMs) {
            log.warn(
                    "store does not take writes, holding and repeating owner={} waitingBytes={} failingForMs={} reason={}",
                    owner,
                    bytes,
                    now - failingSinceMs,
                    reason);
            remindAtMs = now + REMIND_MS;
        }
        trouble = reason;
        pauseMs = pauseMs == 0 ? FIRST_PAUSE_MS : Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
        // Owners that fail together do not come back together.
        notBeforeMs = now + pauseMs / 2 + (System.identityHashCode(this) & 0x7fff) * pauseMs / 0xffff;
    }

    /** Held in memory by writes that are not durable. */
    long bytes() {
        return bytes;
    }

    boolean isEmpty() {
        return waiting.isEmpty() && underWay == 0;
    }

    /** Why writes fail now; null while they do not. Any thread. */
    @Nullable
    String trouble() {
        return trouble;
    }

    /** How long writes have been failing, in ms; 0 while they do not. Any thread. */
    long failingForMs() {
        return trouble == null ? 0 : Math.max(1, clockMs.getAsLong() - failingSinceMs);
    }

    /** Forgets everything: the partition belongs to another writer, which will read the records again. */
    void abandon() {
        waiting.clear();
        metrics.underWay(-underWay);
        underWay = 0;
        bytes = 0;
    }
}
