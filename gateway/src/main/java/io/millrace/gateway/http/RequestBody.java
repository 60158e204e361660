package io.millrace.gateway.http;

import io.millrace.gateway.ingest.InFlightBytes.Reservation;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.thread.Invocable;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of one request without blocking: within a size, within a time, with every byte reserved before it is
 * kept. What comes after a limit is broken is read and thrown away up to a bound, because a sender that is still writing
 * would otherwise see its connection reset instead of the answer. One thread at a time.
 */
final class RequestBody implements Invocable.Task {
    private static final int FIRST_BYTES = 16 << 10;

    /** What a sender may still send after its request was refused; beyond it the connection is closed at once. */
    private static final long MAX_DISCARDED = 64L << 20;

    /** Gets the end of the body, exactly once. */
    interface Listener {
        /** All of it; {@code body} is valid up to {@code length}. */
        void complete(byte[] body, int length);

        /** The body has more than the limit, and has been read to its end. */
        void tooLarge();

        /** There was no room for it, and it has been read to its end. */
        void noRoom();

        /** The sender went away, was too slow, or broke the protocol: there is nobody to answer. */
        void failed(Throwable reason);
    }

    private enum Verdict {
        KEEP,
        TOO_LARGE,
        NO_ROOM
    }

    private final Request request;
    private final int maxBytes;
    private final Duration timeout;
    private final @Nullable Reservation reservation;
    private final Listener listener;
    private byte[] body = new byte[0];
    private int length;
    private long discarded;
    private Verdict verdict = Verdict.KEEP;
    private Scheduler.@Nullable Task deadline;

    /** @param reservation takes the bytes of the body; null when they are not kept */
    RequestBody(Request request, int maxBytes, Duration timeout, @Nullable Reservation reservation, Listener listener) {
        this.request = request;
        this.maxBytes = maxBytes;
        this.timeout = timeout;
        this.reservation = reservation;
        this.listener = listener;
    }

    /** Begins to read. {@code declared} is the Content-Length, -1 when there is none. */
    void read(long declared) {
        if (reservation == null) {
            verdict = Verdict.TOO_LARGE;
        } else if (declared > maxBytes) {
            verdict = Verdict.TOO_LARGE;
        } else if (!reservation.grow(declared < 0 ? FIRST_BYTES : declared)) {
            verdict = Verdict.NO_ROOM;
        } else {
            body = new byte[(int) (declared < 0 ? Math.min(FIRST_BYTES, maxBytes) : declared)];
        }
        run();
    }

    /** The thread of the selector may do it. */
    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }

    /** Takes what has arrived; called again by Jetty when more has. */
    @Override
    public void run() {
        try {
            while (true) {
                Content.Chunk chunk = request.read();
                if (chunk == null) {
                    awaitMore();
                    return;
                }
                if (Content.Chunk.isFailure(chunk)) {
                    Throwable failure = chunk.getFailure();
                    finish(() -> listener.failed(failure == null ? new IllegalStateException("no reason") : failure));
                    return;
                }
                boolean last = chunk.isLast();
                try {
                    take(chunk.getByteBuffer());
                } finally {
                    chunk.release();
                }
                if (discarded > MAX_DISCARDED) {
                    finish(() -> listener.failed(new IllegalStateException("the sender does not stop sending")));
                    return;
                }
                if (last) {
                    finish(this::end);
                    return;
                }
            }
        } catch (Throwable failure) {
            finish(() -> listener.failed(failure));
        }
    }

    private void awaitMore() {
        if (deadline == null) {
            deadline = request.getComponents()
                    .getScheduler()
                    .schedule(this::expire, timeout.toMillis(), TimeUnit.MILLISECONDS);
        }
        request.demand(this);
    }

    /**
     * Closes the connection instead of answering 408: a sender takes a 4xx for its data being wrong and drops them, a
     * closed connection for trouble on the way.
     */
    private void expire() {
        request.getConnectionMetaData()
                .getConnection()
                .getEndPoint()
                .close(new TimeoutException("body not complete after " + timeout));
    }

    private void take(ByteBuffer bytes) {
        int more = bytes.remaining();
        if (verdict == Verdict.KEEP && length + (long) more > maxBytes) {
            discard(Verdict.TOO_LARGE);
        }
        if (verdict == Verdict.KEEP && length + more > body.length) {
            int larger = (int) Math.min(maxBytes, Math.max(2L * body.length, (long) length + more));
            if (reservation == null || !reservation.grow((long) larger - body.length)) {
                discard(Verdict.NO_ROOM);
            } else {
                body = Arrays.copyOf(body, larger);
            }
        }
        if (verdict == Verdict.KEEP) {
            bytes.get(body, length, more);
            length += more;
        } else {
            discarded += more;
        }
    }

    private void discard(Verdict why) {
        verdict = why;
        body = new byte[0];
        if (reservation != null) {
            reservation.close();
        }
    }

    private void finish(Runnable last) {
        Scheduler.Task pending = deadline;
        if (pending != null) {
            pending.cancel();
        }
        last.run();
    }

    private void end() {
        switch (verdict) {
            case KEEP -> listener.complete(body, length);
            case TOO_LARGE -> listener.tooLarge();
            case NO_ROOM -> listener.noRoom();
        }
    }
}
