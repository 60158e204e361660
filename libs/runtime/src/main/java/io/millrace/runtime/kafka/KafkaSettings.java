package io.millrace.runtime.kafka;

import io.millrace.runtime.config.Checked;
import io.millrace.runtime.config.DataSize;
import io.millrace.runtime.config.Doc;
import io.millrace.runtime.config.Problems;
import io.millrace.runtime.config.Range;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** How to reach Kafka and how Millrace's topics are made; a group {@code kafka} in the mapping of each process. */
public interface KafkaSettings extends Checked {
    @Doc("Brokers to ask first, host:port separated by commas.")
    @WithDefault("localhost:9092")
    String bootstrapServers();

    @Doc("Begins the name of every topic, so that several installations can share a cluster.")
    @WithDefault("millrace-")
    String topicPrefix();

    @Doc("Partitions of the topics received, samples and series. The same in every process, and fixed once the topics"
            + " exist: a series stays in its partition.")
    @WithDefault("6")
    @Range(min = "1", max = "1024")
    int partitions();

    @Doc(
            "Partitions of received that a new instance begins with; processors give it twice as many when they get much of"
                    + " it. A power of two; more than half of all partitions, or 0, means all of them. Read where instances are made,"
                    + " by query and standalone.")
    @WithDefault("4")
    @Range(min = "0", max = "1024")
    int firstPartitions();

    @Doc("Copies of each partition. 3 survives the loss of a broker; 1 is for a single broker.")
    @WithDefault("3")
    @Range(min = "1", max = "16")
    int replicationFactor();

    @Doc("Copies that must have a record before it is acknowledged; at most the replication factor.")
    @WithDefault("2")
    @Range(min = "1", max = "16")
    int minInSyncReplicas();

    @Doc("How long a process waits at start for the brokers to answer and the topics to be there.")
    @WithDefault("2m")
    @Range(min = "1s", max = "1h")
    Duration startTimeout();

    @Doc("A properties file with further settings of all Kafka clients, for TLS and SASL.")
    Optional<Path> clientProperties();

    @Doc("How long each topic keeps its data. Used when a topic is made; a difference later is reported, not changed.")
    Retention retention();

    /** How long topics keep data. */
    interface Retention {
        @Doc("Topic received: how long the processor may be away before acknowledged samples are lost.")
        @WithDefault("6h")
        @Range(min = "6h")
        Duration received();

        @Doc(
                "Topic samples: the log of the storage writers, so how long Cassandra may be away before samples are lost.")
        @WithDefault("12h")
        @Range(min = "6h")
        Duration samples();

        @Doc("Topic series: announcements of series. At least a day longer than samples, because writers read it as the"
                + " dictionary of the samples they have yet to store.")
        @WithDefault("3d")
        @Range(min = "2d")
        Duration series();

        @Doc("Topic rejections: what was refused and why.")
        @WithDefault("7d")
        @Range(min = "1h")
        Duration rejections();

        @Doc("Topic quarantine: records that could not be read.")
        @WithDefault("7d")
        @Range(min = "1h")
        Duration quarantine();

        @Doc("Topic audit: who changed which account, user, key or instance.")
        @WithDefault("400d")
        @Range(min = "1d")
        Duration audit();

        @Doc("Most bytes of one partition of received and of samples; not set means as many as the time needs. When it"
                + " is reached the oldest data goes, stored or not: for small disks and throw-away installations.")
        @Range(min = "256MiB")
        Optional<DataSize> partitionBytes();
    }

    @Override
    default void check(String prefix, Problems problems) {
        if (minInSyncReplicas() > replicationFactor()) {
            problems.add(
                    prefix + "min-in-sync-replicas",
                    minInSyncReplicas() + " is more than " + prefix + "replication-factor, which is "
                            + replicationFactor() + ": nothing could ever be written");
        }
        if (retention().series().compareTo(retention().samples().plusDays(1)) < 0) {
            problems.add(
                    prefix + "retention.series",
                    "must be at least a day longer than " + prefix + "retention.samples: a series is announced once a"
                            + " day, and its samples need the announcement");
        }
    }
}
