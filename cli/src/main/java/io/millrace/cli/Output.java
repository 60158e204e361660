package io.millrace.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.Supplier;
import picocli.CommandLine.Option;

/** The option {@code -o}, and the printing that follows it. For one thread. */
final class Output {
    /** How answers are shown. */
    enum Format {
        table,
        json,
        yaml
    }

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "table for people (default); json or yaml for programs, with every field of the answer.")
    private Format format = Format.table;

    /** @param text for people */
    void print(JsonNode answer, Supplier<String> text) {
        switch (format) {
            case table -> System.out.print(text.get());
            case json -> System.out.println(pretty(answer));
            case yaml -> System.out.print(Yaml.write(answer));
        }
    }

    boolean forPeople() {
        return format == Format.table;
    }

    private static String pretty(JsonNode answer) {
        try {
            return AdminClient.JSON.writerWithDefaultPrettyPrinter().writeValueAsString(answer);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree is always JSON", e);
        }
    }
}
