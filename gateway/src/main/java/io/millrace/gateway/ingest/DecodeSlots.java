package io.millrace.gateway.ingest;

import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * Gives pieces of work to a fixed number of slots, in the order in which they come. No thread waits for a slot: who finds
 * none free leaves its work to those who have one. So at full load few threads go from request to request, and nobody has
 * to be woken for the next one. Thread-safe.
 */
final class DecodeSlots {
    /** A thread has a connection of its own to go back to, so it does not do the work of others for ever. */
    private static final int PIECES_IN_A_ROW = 8;

    /** The one given back last is taken first: its buffers are still in the caches of a core. */
    private final Deque<DecodeSlot> free;

    private final Queue<Function<DecodeSlot, Runnable>> waiting = new ConcurrentLinkedQueue<>();
    private final Executor executor;

    /** @param executor goes on with what is waiting when a thread has done enough */
    DecodeSlots(List<DecodeSlot> slots, Executor executor) {
        this.free = new ConcurrentLinkedDeque<>(slots);
        this.executor = executor;
    }

    /**
     * Has the work done, at once on this thread or soon on another.
     *
     * @param work gets a slot, and returns what is left to do without one; neither throws or blocks
     */
    void run(Function<DecodeSlot, Runnable> work) {
        waiting.add(work);
        workOff();
    }

    /** Ends when nothing is waiting, or no slot is free: then somebody has one and comes by here after giving it back. */
    private void workOff() {
        for (int pieces = 0; !waiting.isEmpty(); pieces++) {
            if (pieces == PIECES_IN_A_ROW) {
                executor.execute(this::workOff);
                return;
            }
            DecodeSlot slot = free.poll();
            if (slot == null) {
                return;
            }
            Runnable rest = () -> {};
            try {
                Function<DecodeSlot, Runnable> next = waiting.poll();
                if (next != null) {
                    rest = next.apply(slot);
                }
            } finally {
                slot.release();
                free.push(slot);
            }
            rest.run();
        }
    }
}
