package io.millrace.standalone;

import io.millrace.runtime.config.Configuration;
import io.millrace.writer.WriterSettings;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Whose store and topics a command is about: those of a data folder, or of services that run apart. */
final class StoreOption {
    @Mixin
    private DataOption data = new DataOption();

    @Option(
            names = "--writer-config",
            paramLabel = "FILE",
            description = "The configuration of a storage-writer, where the services run apart: it says where Kafka and"
                    + " Cassandra are. Environment variables count as for the storage-writer. Without it, the Millrace that"
                    + " runs in the data folder is meant.")
    private Optional<Path> writerConfig = Optional.empty();

    /** @throws io.millrace.runtime.config.ConfigurationException with everything that is wrong */
    WriterSettings settings() {
        return writerConfig
                .map(file -> Configuration.load(WriterSettings.class, file, System.getenv()))
                .orElseGet(() -> RunningStore.settings(data.folder()).writer());
    }
}
