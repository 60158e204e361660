package io.millrace.gateway.http;

import io.micrometer.core.instrument.Timer;
import java.io.Closeable;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * The socket of a sender, whose requests the thread of its selector works on, from reading to handing them to Kafka. Other
 * threads leave to that thread what is to be done for the connection. Thread-safe.
 */
final class SelectedEndPoint extends SocketChannelEndPoint {
    private final ManagedSelector selector;
    private final Timer wait;

    /** @param wait is told how long work was left before the thread of the selector came to it */
    SelectedEndPoint(
            SocketChannel channel, ManagedSelector selector, SelectionKey key, Scheduler scheduler, Timer wait) {
        super(channel, selector, key, scheduler);
        this.selector = selector;
        this.wait = wait;
    }

    /** The socket below an end point, with or without TLS between; null when it is none of these. */
    static @Nullable SelectedEndPoint of(EndPoint endPoint) {
        EndPoint socket = endPoint instanceof EndPoint.Wrapper wrapper ? wrapper.unwrap() : endPoint;
        return socket instanceof SelectedEndPoint selected ? selected : null;
    }

    /** Has the thread of the selector do something that does not block, after what was left to it before. */
    void later(Runnable work) {
        selector.submit(new Left(work));
    }

    private final class Left implements ManagedSelector.SelectorUpdate, Closeable {
        private final Runnable work;
        private final long leftNanos = System.nanoTime();

        Left(Runnable work) {
            this.work = work;
        }

        @Override
        public void update(Selector ofThread) {
            wait.record(System.nanoTime() - leftNanos, TimeUnit.NANOSECONDS);
            work.run();
        }

        /** The selector has stopped. */
        @Override
        public void close() {
            SelectedEndPoint.this.close();
        }
    }
}
