package io.millrace.runtime.config;

/**
 * Checks between the keys of one mapping, run after each key by itself is right. Needs a constructor without arguments.
 * Tied to the mapping by {@link CheckedBy}.
 *
 * @param <T> the mapping interface
 */
public interface Rules<T> {
    /**
     * Adds what is wrong to {@code problems}.
     *
     * @param prefix the prefix of the mapping's keys with a dot at the end, {@code gateway.kafka.}
     */
    void check(T config, String prefix, Problems problems);
}
