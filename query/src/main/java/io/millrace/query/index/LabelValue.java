package io.millrace.query.index;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.IntConsumer;
import org.roaringbitmap.RoaringBitmap;

/**
 * A value of a label and the ordinals of the series that have it.
 *
 * <h2>How it grows</h2>
 * Ordinals only rise, so the newest are kept in a plain array, the tail, and the older ones in a bitmap that never
 * changes once published. A full tail is merged into a copy of the bitmap; as tails grow with the bitmap (an eighth of
 * it), each ordinal is copied about eight times in its life. Most values have a handful of series and never get a
 * bitmap.
 *
 * <p>One writer at a time; any number of readers, which never wait. A reader sees every ordinal that was there when it
 * began and perhaps newer ones.
 */
final class LabelValue {
    private static final int FIRST_TAIL = 2;
    private static final int LONGEST_SMALL_TAIL = 64;
    private static final int LONGEST_TAIL = 65_536;

    final String name;
    final String value;
    private volatile State state = new State(null, new int[FIRST_TAIL]);

    LabelValue(String name, String value) {
        this.name = name;
        this.value = value;
    }

    /** Adds an ordinal, higher than all before. */
    void add(int ordinal) {
        State now = state;
        int size = now.tailSize();
        if (size == now.tail.length) {
            now = size < LONGEST_SMALL_TAIL ? now.withLongerTail() : now.merged();
            size = now.tailSize();
            state = now;
        }
        now.tail[size] = ordinal;
        now.publishTail(size + 1);
    }

    /** How many series have the value. */
    int cardinality() {
        State now = state;
        return now.sealedCardinality() + now.tailSize();
    }

    /** Adds the ordinals to {@code target}. */
    void orInto(RoaringBitmap target) {
        State now = state;
        int size = now.tailSize();
        if (now.sealed != null) {
            target.or(now.sealed);
        }
        for (int i = 0; i < size; i++) {
            target.add(now.tail[i]);
        }
    }

    /** A new bitmap of the ordinals that are also in {@code set}. */
    RoaringBitmap and(RoaringBitmap set) {
        State now = state;
        int size = now.tailSize();
        RoaringBitmap result = now.sealed == null ? new RoaringBitmap() : RoaringBitmap.and(now.sealed, set);
        for (int i = 0; i < size; i++) {
            if (set.contains(now.tail[i])) {
                result.add(now.tail[i]);
            }
        }
        return result;
    }

    /** A new bitmap of the ordinals. */
    RoaringBitmap copy() {
        RoaringBitmap result = new RoaringBitmap();
        orInto(result);
        return result;
    }

    boolean intersects(RoaringBitmap set) {
        State now = state;
        int size = now.tailSize();
        if (now.sealed != null && RoaringBitmap.intersects(now.sealed, set)) {
            return true;
        }
        for (int i = 0; i < size; i++) {
            if (set.contains(now.tail[i])) {
                return true;
            }
        }
        return false;
    }

    /** Whether any series with the value is in {@code set}, newest first. */
    boolean any(OrdinalSet set) {
        State now = state;
        for (int i = now.tailSize() - 1; i >= 0; i--) {
            if (set.contains(now.tail[i])) {
                return true;
            }
        }
        if (now.sealed == null) {
            return false;
        }
        var ordinals = now.sealed.getIntIterator();
        while (ordinals.hasNext()) {
            if (set.contains(ordinals.next())) {
                return true;
            }
        }
        return false;
    }

    /** How many series with the value are in {@code set}. */
    int count(OrdinalSet set) {
        int[] count = {0};
        forEach(ordinal -> count[0] += set.contains(ordinal) ? 1 : 0);
        return count[0];
    }

    private void forEach(IntConsumer action) {
        State now = state;
        int size = now.tailSize();
        if (now.sealed != null) {
            now.sealed.forEach(action);
        }
        for (int i = 0; i < size; i++) {
            action.accept(now.tail[i]);
        }
    }

    @Override
    public String toString() {
        return name + "=" + value;
    }

    /** A bitmap that does not change any more and the ordinals above it. */
    private static final class State {
        private static final VarHandle TAIL_SIZE;

        static {
            try {
                TAIL_SIZE = MethodHandles.lookup().findVarHandle(State.class, "tailSize", int.class);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        final @Nullable RoaringBitmap sealed;
        final int[] tail;

        @SuppressWarnings("UnusedVariable") // through TAIL_SIZE
        private int tailSize;

        State(@Nullable RoaringBitmap sealed, int[] tail) {
            this.sealed = sealed;
            this.tail = tail;
        }

        int tailSize() {
            return (int) TAIL_SIZE.getAcquire(this);
        }

        /** Makes everything written before visible to who reads the new size. */
        void publishTail(int size) {
            TAIL_SIZE.setRelease(this, size);
        }

        int sealedCardinality() {
            return sealed == null ? 0 : sealed.getCardinality();
        }

        State withLongerTail() {
            State longer = new State(sealed, Arrays.copyOf(tail, tail.length * 2));
            longer.publishTail(tail.length);
            return longer;
        }

        State merged() {
            RoaringBitmap all = sealed == null ? new RoaringBitmap() : sealed.clone();
            for (int ordinal : tail) {
                all.add(ordinal);
            }
            all.runOptimize();
            int nextTail = Math.max(LONGEST_SMALL_TAIL, Math.min(LONGEST_TAIL, all.getCardinality() / 8));
            return new State(all, new int[nextTail]);
        }
    }
}
