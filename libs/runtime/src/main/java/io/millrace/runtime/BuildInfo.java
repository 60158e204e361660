package io.millrace.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Which build this is. */
public final class BuildInfo {
    private BuildInfo() {}

    /** The version of the build, such as {@code 0.1.0}. */
    public static String version() {
        try (InputStream stream = BuildInfo.class.getResourceAsStream("build.properties")) {
            Properties properties = new Properties();
            properties.load(stream);
            return properties.getProperty("version", "unknown");
        } catch (IOException e) {
            throw new UncheckedIOException("build.properties in the jar cannot be read", e);
        }
    }
}
