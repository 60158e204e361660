package io.millrace.query.http;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices clients that close their connection while they wait for an answer, so that nobody computes what nobody reads.
 * Jetty does not look at a connection between the end of a request and the answer; so this has a selector of its own.
 *
 * <p>A socket that becomes readable with nothing to read has been closed by the other side. It is not read here, because
 * what could be there, the next request, belongs to Jetty; a client that sends ahead is not watched any further. As with
 * Prometheus, closing only the sending half counts as going away. Requests that are answered within a tick never reach
 * the selector. Thread-safe; one thread of its own.
 */
final class ClientWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ClientWatch.class);
    private static final long TICK_MS = 100;

    /** Who waits for an answer. */
    @FunctionalInterface
    interface Waiter {
        /** The client is gone. Called at most once, on the thread of the watch; must not block. */
        void gone();
    }

    /** As many as queries run and wait: bounded by the queue. */
    private final ConcurrentHashMap<SocketChannel, Waiter> waiting = new ConcurrentHashMap<>();

    private final Map<SocketChannel, SelectionKey> keys = new HashMap<>();
    private final Thread thread = new Thread(this::run, "query-clients");
    private volatile boolean closed;

    ClientWatch() {
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    void watch(SocketChannel client, Waiter waiter) {
        waiting.put(client, waiter);
    }

    /** Ends watching for this waiter; the next request of the same connection may already be watched. */
    void release(SocketChannel client, Waiter waiter) {
        waiting.remove(client, waiter);
    }

    private void run() {
        try (Selector selector = Selector.open()) {
            while (!closed) {
                forgetReleased();
                selector.selectNow(); // a key that was cancelled must be gone before its channel can be registered
                // again
                waiting.forEach((client, waiter) -> register(client, waiter, selector));
                selector.select(TICK_MS);
                selector.selectedKeys().forEach(this::look);
                selector.selectedKeys().clear();
            }
        } catch (IOException e) {
            log.error("clients that go away are not noticed any more", e);
        }
    }

    private void forgetReleased() {
        for (Iterator<Map.Entry<SocketChannel, SelectionKey>> all =
                        keys.entrySet().iterator();
                all.hasNext(); ) {
            Map.Entry<SocketChannel, SelectionKey> entry = all.next();
            if (waiting.get(entry.getKey()) != entry.getValue().attachment()) {
                entry.getValue().cancel();
                all.remove();
            }
        }
    }

    private void register(SocketChannel client, Waiter waiter, Selector selector) {
        if (!keys.containsKey(client)) {
            try {
                keys.put(client, client.register(selector, SelectionKey.OP_READ, waiter));
            } catch (ClosedChannelException e) {
                gone(client, waiter);
            }
        }
    }

    private void look(SelectionKey key) {
        SocketChannel client = (SocketChannel) key.channel();
        Waiter waiter = (Waiter) key.attachment();
        if (!key.isValid() || isAtEnd(client)) {
            gone(client, waiter);
        } else {
            key.interestOps(0);
        }
    }

    private static boolean isAtEnd(SocketChannel client) {
        try {
            return client.socket().getInputStream().available() == 0;
        } catch (IOException e) {
            return true;
        }
    }

    /**
     * Only when the same waiter still waits was nothing read from the socket since the selector looked at it: otherwise the
     * bytes of the next request may have come and been read in between, and nothing left to read does not mean the end.
     */
    private void gone(SocketChannel client, Waiter waiter) {
        if (waiting.remove(client, waiter)) {
            waiter.gone();
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join(10 * TICK_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
