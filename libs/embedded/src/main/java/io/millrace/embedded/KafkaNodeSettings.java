package io.millrace.embedded;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * What an embedded broker needs to know.
 *
 * @param folder the broker's own folder; created when absent
 * @param logFolder where {@code kafka.log} and {@code kafka.out} go; created when absent
 * @param port the port for clients on 127.0.0.1; 0 takes a free one
 * @param controllerPort the port of the KRaft controller on 127.0.0.1; 0 takes a free one
 * @param heapMegabytes the most heap the broker may use, in MiB. 256 carries 1 M samples/s; the page cache does the rest
 * @param properties Kafka server properties that go over the tuned ones
 * @param startTimeout how long the start may take
 */
public record KafkaNodeSettings(
        Path folder,
        Path logFolder,
        int port,
        int controllerPort,
        int heapMegabytes,
        Map<String, String> properties,
        Duration startTimeout) {

    public KafkaNodeSettings {
        folder = folder.toAbsolutePath().normalize();
        logFolder = logFolder.toAbsolutePath().normalize();
        properties = Map.copyOf(properties);
        if (folder.toString().indexOf(',') >= 0) {
            throw new IllegalArgumentException("Kafka cannot work in a folder with a comma in its name: " + folder);
        }
    }

    /** Free ports, 256 MiB of heap, logs beside the data. */
    public static KafkaNodeSettings in(Path folder) {
        return new KafkaNodeSettings(folder, folder, 0, 0, 256, Map.of(), Duration.ofSeconds(120));
    }

    public KafkaNodeSettings withLogFolder(Path newLogFolder) {
        return new KafkaNodeSettings(
                folder, newLogFolder, port, controllerPort, heapMegabytes, properties, startTimeout);
    }

    public KafkaNodeSettings withPorts(int newPort, int newControllerPort) {
        return new KafkaNodeSettings(
                folder, logFolder, newPort, newControllerPort, heapMegabytes, properties, startTimeout);
    }

    public KafkaNodeSettings withHeapMegabytes(int newHeapMegabytes) {
        return new KafkaNodeSettings(
                folder, logFolder, port, controllerPort, newHeapMegabytes, properties, startTimeout);
    }

    /** Adds one server property. */
    public KafkaNodeSettings withProperty(String key, String value) {
        Map<String, String> more = new HashMap<>(properties);
        more.put(key, value);
        return new KafkaNodeSettings(folder, logFolder, port, controllerPort, heapMegabytes, more, startTimeout);
    }

    public KafkaNodeSettings withStartTimeout(Duration newStartTimeout) {
        return new KafkaNodeSettings(
                folder, logFolder, port, controllerPort, heapMegabytes, properties, newStartTimeout);
    }
}
