package io.millrace.processor.series;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Names that series of one tenant in one partition share, such as metric names or jobs, numbered from 0, with how many known
 * and active series each has. A number is given to another name once no series has it. Not thread-safe.
 */
public final class NameCounts {
    private final Map<String, Integer> numbers = new HashMap<>();
    private final BitSet free = new BitSet();
    private @Nullable String[] names = new String[16];
    private int[] known = new int[16];
    private int[] active = new int[16];
    private int top;

    /** The number of a name, or -1 when no series has it. */
    public int number(String name) {
        return numbers.getOrDefault(name, -1);
    }

    /** The name of a number that is in use. */
    public String name(int number) {
        String name = names[number];
        if (name == null) {
            throw new IllegalArgumentException("name number " + number + " is not in use");
        }
        return name;
    }

    /** Counts one known series more, and gives its name a number when it has none. */
    int add(String name) {
        Integer existing = numbers.get(name);
        int number = existing != null ? existing : number();
        if (existing == null) {
            numbers.put(name, number);
            names[number] = name;
        }
        known[number]++;
        return number;
    }

    /** Counts one known, inactive series less. */
    void remove(int number) {
        if (--known[number] == 0) {
            numbers.remove(name(number));
            names[number] = null;
            free.set(number);
        }
    }

    void changeActive(int number, int by) {
        active[number] += by;
    }

    /** Active series of a name. */
    public int active(int number) {
        return active[number];
    }

    /** Known series of a name. */
    public int known(int number) {
        return known[number];
    }

    /** Numbers are below this; not all are in use. */
    public int limit() {
        return top;
    }

    public boolean isUsed(int number) {
        return names[number] != null;
    }

    /** Names in use. */
    public int size() {
        return numbers.size();
    }

    private int number() {
        int reused = free.nextSetBit(0);
        if (reused >= 0) {
            free.clear(reused);
            return reused;
        }
        if (top == known.length) {
            names = Arrays.copyOf(names, 2 * top);
            known = Arrays.copyOf(known, 2 * top);
            active = Arrays.copyOf(active, 2 * top);
        }
        return top++;
    }
}
