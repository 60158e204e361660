package io.millrace.promql.engine;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Memory that requests share, in bytes. What a request may use alone is bounded elsewhere; this bounds them together.
 * Nobody waits: a request that cannot have what it needs is refused, and says so. Thread-safe.
 */
public final class MemoryPool {
    /** Requests take this much at a time, so that they seldom meet here. */
    private static final long BLOCK = 1 << 18;

    private final long bytes;
    private final AtomicLong taken = new AtomicLong();

    /** @param bytes that all shares together may hold */
    public MemoryPool(long bytes) {
        this.bytes = bytes;
    }

    /** One without a bound. */
    public static MemoryPool unbounded() {
        return new MemoryPool(Long.MAX_VALUE);
    }

    /** What all shares together may hold. */
    public long bytes() {
        return bytes;
    }

    /** What is taken at the moment, in whole blocks. */
    public long taken() {
        return taken.get();
    }

    /** The part of one request; nothing at first. */
    public Share share() {
        return new Share();
    }

    private boolean take(long more, long most) {
        long before = taken.get();
        while (more <= most - before) {
            if (taken.compareAndSet(before, before + more)) {
                return true;
            }
            before = taken.get();
        }
        return false;
    }

    /** What one request holds of the pool. Closing it gives everything back. Thread-safe. */
    public final class Share implements AutoCloseable {
        private long used;
        private long held;
        private boolean closed;

        private Share() {}

        /** Takes more; false, and nothing taken, when the pool has no more or the request is over. */
        public boolean take(long more) {
            return take(more, bytes);
        }

        /** Takes what one can do without: only while half of the pool stays free for others. */
        public boolean takeSpare(long more) {
            return take(more, bytes / 2);
        }

        private synchronized boolean take(long more, long most) {
            if (closed) {
                return false;
            }
            long missing = used + more - held;
            if (missing > 0) {
                long rounded = (missing + BLOCK - 1) / BLOCK * BLOCK;
                if (!MemoryPool.this.take(rounded, most)) {
                    return false;
                }
                held += rounded;
            }
            used += more;
            return true;
        }

        /** Gives back some of what was taken. */
        public synchronized void giveBack(long less) {
            used -= less;
            long spare = (held - used) / BLOCK * BLOCK;
            if (spare > BLOCK && !closed) {
                taken.addAndGet(-spare);
                held -= spare;
            }
        }

        /** What the pool can say to the user when it is empty. */
        public String refusal() {
            return "all queries together hold the " + (bytes >> 20)
                    + " MiB there are for them; try again, or ask for less";
        }

        @Override
        public synchronized void close() {
            if (!closed) {
                closed = true;
                taken.addAndGet(-held);
                held = 0;
            }
        }
    }
}
