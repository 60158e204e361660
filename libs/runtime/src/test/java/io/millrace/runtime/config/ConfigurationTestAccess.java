package io.millrace.runtime.config;

import java.util.List;

/** Makes what only this package can make, for tests of others. */
public final class ConfigurationTestAccess {
    private ConfigurationTestAccess() {}

    /** As {@code Configuration.load} would throw it. */
    public static ConfigurationException exception(String problem) {
        return new ConfigurationException("test", List.of(problem));
    }
}
