package io.millrace.runtime.config;

import java.util.ArrayList;
import java.util.List;

/** Everything wrong with a configuration, gathered before anything is said. For one thread. */
public final class Problems {
    private final List<String> lines = new ArrayList<>();

    /**
     * Adds one problem.
     *
     * @param key the key as in the file, {@code gateway.http.port}
     * @param what what is wrong with it and what would be right, with the value unless it is a secret
     */
    public void add(String key, String what) {
        lines.add(key + ": " + what);
    }

    boolean isEmpty() {
        return lines.isEmpty();
    }

    List<String> lines() {
        return List.copyOf(lines);
    }
}
