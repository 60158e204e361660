package io.millrace.runtime.config;

import java.util.List;

/** Writes {@code docs/configuration.md} from the mapping interfaces. */
public final class ConfigurationDocument {
    private ConfigurationDocument() {}

    /**
     * One process in the document.
     *
     * @param title the heading
     * @param introduction a paragraph under it
     * @param mapping the interface with {@code io.smallrye.config.ConfigMapping}
     */
    public record Section(String title, String introduction, Class<?> mapping) {}

    /** The whole document in Markdown. */
    public static String render(List<Section> sections) {
        throw new UnsupportedOperationException();
    }
}
