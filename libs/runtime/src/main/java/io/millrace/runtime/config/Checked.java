package io.millrace.runtime.config;

/** A mapping with rules between its keys. They are checked once each key by itself is right. */
public interface Checked {
    /**
     * Adds what is wrong to {@code problems}; the default finds nothing.
     *
     * @param prefix the prefix of this mapping's keys with a dot at the end, {@code gateway.kafka.}
     */
    default void check(String prefix, Problems problems) {}
}
