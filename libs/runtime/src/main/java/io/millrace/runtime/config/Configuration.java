package io.millrace.runtime.config;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads typed configuration from a YAML file and the environment. */
public final class Configuration {
    private Configuration() {}

    /**
     * Reads one mapping.
     *
     * @param mapping an interface with {@code io.smallrye.config.ConfigMapping}
     * @param file a YAML file, or null for defaults and environment only
     * @param environment usually {@code System.getenv()}; key {@code gateway.http.port} is {@code
     *     MILLRACE_GATEWAY_HTTP_PORT}, and wins over the file
     * @throws ConfigurationException with every problem found
     */
    public static <T> T load(Class<T> mapping, @Nullable Path file, Map<String, String> environment) {
        throw new UnsupportedOperationException();
    }

    /** The effective value of every key, one {@code key=value} per line, sorted, secrets masked. */
    public static String describe(Class<?> mapping, Object config) {
        throw new UnsupportedOperationException();
    }
}
