package io.millrace.runtime.config;

import java.util.List;

/** Writes {@code docs/configuration.md} from the mapping interfaces, so that it cannot say anything else than the code. */
public final class ConfigurationDocument {
    private static final String INTRODUCTION = """
            # Configuration

            <!-- Generated from the mapping interfaces. Change @Doc in the code, not this page; a test compares them. -->

            Each process reads one YAML file, given as its first argument, and the environment. The environment wins.

            * The name of the environment variable is mechanical: `MILLRACE_`, then the key in capitals with `_` for
              every other character. `gateway.http.port` is `MILLRACE_GATEWAY_HTTP_PORT`.
            * In YAML, `gateway.http.port: 8080` and the same with indented groups mean the same.
            * A key or a `MILLRACE_` variable that is not in this page is an error, and so is a value out of its range.
              The process tells all problems at once, with key, value and line, and stops with exit code 2.
            * Every key is read at start only: a change needs a restart of that process. What may change while running
              (accounts, keys, instances, limits) is not configuration; it is in the topic `control`.
            * The effective configuration is in the log at start. Secrets are shown as `*****`.
            * `MILLRACE_HOME`, `MILLRACE_DATA`, `MILLRACE_CONFIG` and `MILLRACE_JAVA_OPTS` belong to the start scripts.

            Forms of values:

            | type | form |
            |---|---|
            | duration | `100ms`, `10s`, `5m`, `1h30m`, `7d` |
            | size | `512`, `16KiB`, `64MiB`, `2GiB` (powers of 1024), `kB`, `MB`, `GB` (powers of 1000) |
            | several | a YAML list, or texts separated by commas |
            | `*` in a key | a name of your choice; such keys can be set in the file only |
            """;

    private ConfigurationDocument() {}

    /**
     * One process in the document.
     *
     * @param title the heading
     * @param introduction a paragraph under it; may be empty
     * @param mapping the interface with {@code io.smallrye.config.ConfigMapping}
     */
    public record Section(String title, String introduction, Class<?> mapping) {}

    /** The whole document in Markdown, ending with a line feed. */
    public static String render(List<Section> sections) {
        StringBuilder page = new StringBuilder(INTRODUCTION);
        for (Section section : sections) {
            page.append("\n## ").append(section.title()).append("\n\n");
            if (!section.introduction().isEmpty()) {
                page.append(section.introduction()).append("\n\n");
            }
            page.append("| key | default | values | what it does |\n|---|---|---|---|\n");
            for (Key key : Keys.of(section.mapping()).all()) {
                page.append(row(key));
            }
        }
        return page.toString();
    }

    private static String row(Key key) {
        return "| `" + key.name() + "` | " + defaultOf(key) + " | " + cell(key.typeName() + rangeOf(key)) + " | "
                + cell(key.doc()) + " |\n";
    }

    private static String defaultOf(Key key) {
        if (key.defaultValue() != null) {
            return "`" + cell(key.defaultValue()) + "`";
        }
        return key.required() ? "**required**" : "";
    }

    private static String rangeOf(Key key) {
        Range range = key.range();
        if (range == null) {
            return "";
        }
        if (range.min().isEmpty()) {
            return ", at most " + range.max();
        }
        return range.max().isEmpty() ? ", at least " + range.min() : ", " + range.min() + " to " + range.max();
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replace("<", "\\<").replace('\n', ' ');
    }
}
