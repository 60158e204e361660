package io.millrace.runtime.config;

import java.util.List;

/** The configuration cannot be used; the message has one line for each problem. */
public final class ConfigurationException extends RuntimeException {
    private final List<String> problems;

    ConfigurationException(String source, List<String> problems) {
        super(problems.size() + (problems.size() == 1 ? " problem" : " problems") + " in the configuration (" + source
                + "):\n  " + String.join("\n  ", problems));
        this.problems = List.copyOf(problems);
    }

    /** Each problem as {@code key: what is wrong}. */
    public List<String> problems() {
        return problems;
    }
}
