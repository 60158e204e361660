package io.millrace.promql.eval;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.LongPredicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Series that the first of several readers leaves for the others, as long as there is room. What is kept is given up when
 * the last has come, or when somebody needs the room and nobody is reading. One thread.
 *
 * @param <T> a series
 * @param <K> what the series were asked for with, such as the times
 */
final class KeptSeries<T, K> {
    private final LongPredicate hasRoom;
    private final LongConsumer held;
    private int toCome;
    private List<T> series = new ArrayList<>();
    private @Nullable K complete;
    private long weight;
    private int readers;
    private boolean recording;

    /**
     * @param hasRoom whether so many samples more may be kept
     * @param held told how many samples more are kept, or less
     */
    KeptSeries(LongPredicate hasRoom, LongConsumer held) {
        this.hasRoom = hasRoom;
        this.held = held;
    }

    /** One more reader will come. */
    void expect() {
        toCome++;
    }

    /** A reader that was expected is here. */
    void arrive() {
        toCome--;
    }

    /** One that was expected does not come, or cannot do with what the others read. */
    void miss() {
        arrive();
        discardAfterLast();
    }

    /** With what all that is kept was asked for; null when not everything, or nothing, is kept. */
    @Nullable
    K complete() {
        return complete;
    }

    /** Whether what a reader gets is to be recorded for others. */
    boolean isToBeRecorded() {
        return complete == null && !recording && toCome > 0;
    }

    /** Gives up what is kept, unless it is being read. */
    void discard() {
        if (readers == 0) {
            series = new ArrayList<>();
            complete = null;
            held.accept(-weight);
            weight = 0;
        }
    }

    private void discardAfterLast() {
        if (toCome <= 0) {
            discard();
        }
    }

    /** Keeps what one reader gets; only when {@link #isToBeRecorded}. */
    Recording record(K askedWith) {
        return new Recording(askedWith);
    }

    /** Gives once more what is {@link #complete}. */
    Replay replay() {
        return new Replay();
    }

    final class Recording {
        private final K askedWith;
        private List<T> target = series;
        private boolean keeping = true;

        private Recording(K askedWith) {
            this.askedWith = askedWith;
            recording = true;
        }

        /** Whether all so far is kept, and not given up meanwhile. */
        @SuppressWarnings("ReferenceEquality")
        boolean isKeeping() {
            keeping = keeping && target == series;
            return keeping;
        }

        /**
         * The next series; only when {@link #isKeeping}.
         *
         * @param more samples it holds
         * @param copy makes what can be kept
         */
        void add(long more, Supplier<T> copy) {
            if (!hasRoom.test(more)) {
                keeping = false;
                discard();
                return;
            }
            series.add(copy.get());
            weight += more;
            held.accept(more);
        }

        /** There are no more. */
        void end() {
            if (isKeeping()) {
                complete = askedWith;
            }
        }

        /** A reader that ended before the last series leaves nothing. */
        void close() {
            if (isKeeping() && complete == null) {
                discard();
            }
            keeping = false;
            target = List.of();
            recording = false;
        }
    }

    final class Replay {
        private final List<T> source = series;
        private int next;
        private boolean closed;

        private Replay() {
            readers++;
        }

        /** The next series, null at the end. */
        @Nullable
        T next() {
            return next == source.size() ? null : source.get(next++);
        }

        /** Idempotent. */
        void close() {
            if (!closed) {
                closed = true;
                readers--;
                discardAfterLast();
            }
        }
    }
}
