package io.millrace.testkit.cluster;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a cluster consists of.
 *
 * @param folder for all data and logs; created when absent
 * @param more configuration by environment variable, such as {@code MILLRACE_WRITER_COMMIT_INTERVAL}; goes over what the
 *     cluster sets itself
 * @param options of the JVMs of the services
 * @param cassandraFolder where the node keeps its data; below {@code folder} by default
 */
public record ClusterSettings(
        Path folder,
        int partitions,
        int processors,
        int writers,
        List<String> instances,
        Map<String, String> more,
        List<String> options,
        Path cassandraFolder) {

    /** A quick start is worth more than quick code in a process that is killed soon. */
    private static final List<String> SHORT_LIVES =
            List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:+ExitOnOutOfMemoryError");

    public ClusterSettings {
        instances = List.copyOf(instances);
        more = Map.copyOf(more);
        options = List.copyOf(options);
    }

    /** Four partitions, two processors, two writers, the instance {@code demo}; one gateway and one query there always are. */
    public static ClusterSettings in(Path folder) {
        return new ClusterSettings(
                folder, 4, 2, 2, List.of("demo"), Map.of(), SHORT_LIVES, folder.resolve("cassandra"));
    }

    public ClusterSettings withServices(int newProcessors, int newWriters) {
        return new ClusterSettings(
                folder, partitions, newProcessors, newWriters, instances, more, options, cassandraFolder);
    }

    public ClusterSettings withInstances(String... newInstances) {
        return new ClusterSettings(
                folder, partitions, processors, writers, List.of(newInstances), more, options, cassandraFolder);
    }

    public ClusterSettings withCassandraFolder(Path newFolder) {
        return new ClusterSettings(folder, partitions, processors, writers, instances, more, options, newFolder);
    }

    public ClusterSettings withOptions(String... newOptions) {
        return new ClusterSettings(
                folder, partitions, processors, writers, instances, more, List.of(newOptions), cassandraFolder);
    }

    /** Adds one environment variable. */
    public ClusterSettings with(String variable, String value) {
        Map<String, String> all = new HashMap<>(more);
        all.put(variable, value);
        return new ClusterSettings(folder, partitions, processors, writers, instances, all, options, cassandraFolder);
    }
}
