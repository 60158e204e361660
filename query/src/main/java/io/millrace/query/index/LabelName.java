package io.millrace.query.index;

import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A label name and its values. One writer at a time; read by any thread.
 *
 * <p>Values are numbered in order of arrival, so that a matcher goes over them as they lie in memory, and what is known of a
 * value can be kept in an array. 4 to 8 bytes a value.
 */
final class LabelName {
    final String name;
    private final ConcurrentHashMap<String, LabelValue> values = new ConcurrentHashMap<>(2);
    private final MatchingValues matching = new MatchingValues(this);
    private volatile LabelValue[] inOrder = new LabelValue[2];
    private volatile int size;

    LabelName(String name) {
        this.name = name;
    }

    /** For the writer only. */
    LabelValue valueFor(String value) {
        LabelValue known = values.get(value);
        if (known == null) {
            int number = size;
            known = new LabelValue(name, value);
            if (number == inOrder.length) {
                inOrder = Arrays.copyOf(inOrder, number * 2);
            }
            inOrder[number] = known;
            values.put(value, known);
            size = number + 1;
        }
        return known;
    }

    /** Null when no series has the value. */
    @Nullable
    LabelValue get(String value) {
        return values.get(value);
    }

    int size() {
        return size;
    }

    /** The value of a number below a {@link #size} read before. */
    LabelValue value(int number) {
        return inOrder[number];
    }

    void forEach(Consumer<LabelValue> action) {
        int count = size;
        for (int number = 0; number < count; number++) {
            action.accept(value(number));
        }
    }

    /** Whether a condition holds for any value. */
    boolean anyValue(Predicate<LabelValue> condition) {
        int count = size;
        for (int number = 0; number < count; number++) {
            if (condition.test(value(number))) {
                return true;
            }
        }
        return false;
    }

    /** Which values fulfil a matcher. */
    MatchingValues matching() {
        return matching;
    }
}
