package io.millrace.standalone;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option every command has: which data folder it is about. */
final class DataOption {

    @Option(
            names = "--data",
            paramLabel = "FOLDER",
            defaultValue = "${env:MILLRACE_DATA:-data}",
            description = "The data folder (default: ./data, or the environment variable MILLRACE_DATA).")
    private Path data = Path.of("data");

    DataFolder folder() {
        return new DataFolder(data);
    }

    /** As it was given. */
    Path path() {
        return data;
    }
}
