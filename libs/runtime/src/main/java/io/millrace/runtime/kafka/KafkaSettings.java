package io.millrace.runtime.kafka;

import io.millrace.runtime.config.Doc;
import io.millrace.runtime.config.Range;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** How to reach Kafka and how Millrace's topics are made; a group {@code kafka} in the mapping of each process. */
public interface KafkaSettings {
    @Doc("Brokers to ask first, host:port separated by commas.")
    @WithDefault("localhost:9092")
    String bootstrapServers();

    @Doc(
            "Begins the name of every topic, group and transactional id, so that several installations can share a cluster.")
    @WithDefault("millrace-")
    String topicPrefix();

    @Doc("Partitions of the topics received, samples and series. The same in every process, and fixed once the topics"
            + " exist: a series stays in its partition.")
    @WithDefault("6")
    @Range(min = "1", max = "1024")
    int partitions();

    @Doc("Copies of each partition. 3 survives the loss of a broker; 1 is for a single broker.")
    @WithDefault("3")
    @Range(min = "1", max = "16")
    int replicationFactor();

    @Doc("Copies that must have a record before it is acknowledged; at most the replication factor.")
    @WithDefault("2")
    @Range(min = "1", max = "16")
    int minInSyncReplicas();

    @Doc("How long a process waits at start for a broker to answer.")
    @WithDefault("2m")
    @Range(min = "1s", max = "1h")
    Duration startTimeout();

    @Doc("A properties file with further settings of Kafka clients, for TLS and SASL.")
    Optional<Path> clientProperties();

    @Doc("How long each topic keeps its data. Used when a topic is made; a difference later is reported, not changed.")
    Retention retention();

    /** How long topics keep data. */
    interface Retention {
        @Doc("Topic received: how long the processor may be away.")
        @WithDefault("6h")
        @Range(min = "1h")
        Duration received();

        @Doc("Topic samples: the log of the storage writers, and so how long Cassandra may be away.")
        @WithDefault("12h")
        @Range(min = "6h")
        Duration samples();

        @Doc("Topic series: announcements of series; longer than samples, because writers read it as their dictionary.")
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
    }
}
