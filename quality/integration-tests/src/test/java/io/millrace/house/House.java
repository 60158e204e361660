package io.millrace.house;

import java.nio.file.Path;

/** Where the repository is, for tests that read its documents. */
final class House {
    private House() {}

    static Path root() {
        return Path.of(System.getProperty("millrace.home"));
    }
}
