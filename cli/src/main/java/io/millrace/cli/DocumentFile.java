package io.millrace.cli;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Collectors;

/** YAML files that are sent to the admin API, and what it says about them. Stateless. */
final class DocumentFile {
    private DocumentFile() {}

    /** @param file {@code -} for standard input */
    static Yaml read(Path file) {
        if (file.toString().equals("-")) {
            return Yaml.read(new InputStreamReader(System.in, StandardCharsets.UTF_8), "standard input");
        }
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            return Yaml.read(reader, file.toString());
        } catch (NoSuchFileException e) {
            throw new CliException(CliException.WRONG_USE, "There is no file " + file + ".");
        } catch (IOException e) {
            throw new CliException(CliException.WRONG_USE, "The file " + file + " cannot be read: " + e + ".");
        }
    }

    /** The problems, each with the line where it stands. */
    static CliException located(Yaml yaml, InvalidBodyException e) {
        if (e.problems().isEmpty()) {
            return e;
        }
        String lines = e.problems().stream()
                .map(problem -> "  " + yaml.locate(problem.path(), problem.message()))
                .collect(Collectors.joining("\n"));
        int count = e.problems().size();
        return new CliException(
                CliException.FAILED,
                "Nothing was changed: " + count + (count == 1 ? " problem" : " problems") + "\n" + lines);
    }
}
