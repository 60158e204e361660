package io.millrace.processor;

import io.millrace.runtime.admin.AdminConfig;
import io.millrace.runtime.config.Doc;
import io.millrace.runtime.config.Range;
import io.millrace.runtime.kafka.KafkaSettings;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** The configuration of the processor. */
@ConfigMapping(prefix = "processor")
public interface ProcessorSettings {
    /** How to reach Kafka. */
    KafkaSettings kafka();

    /** Where the admin endpoint listens. */
    AdminConfig admin();

    @Doc("Threads that process partitions. More than there are partitions are idle.")
    @WithDefault("2")
    @Range(min = "1", max = "256")
    int threads();

    @Doc(
            "How often a transaction is committed. Samples become visible to the storage writer with it, so this is part of"
                    + " the freshness of every sample.")
    @WithDefault("100ms")
    @Range(min = "10ms", max = "10s")
    Duration commitInterval();

    @Doc("How instances share the partitions: 'classic', or 'streams' for brokers of version 4.2 and later.")
    @WithDefault("classic")
    GroupProtocol groupProtocol();

    @Doc(
            "A name that is this instance's own and stays the same over restarts, such as the name of its pod. An instance"
                    + " with a name that is killed and started again has its partitions back at once; without, after 10 seconds.")
    Optional<String> instanceId();

    @Doc(
            "Processes records of the topic received again that are processed already, after the offsets of the group were set"
                    + " back on purpose. Otherwise they are left alone. What is stored stays the same, what is counted is counted twice.")
    @WithDefault("false")
    boolean processAgain();

    @Doc("Copies of the state of each partition on other instances, for a quick take-over.")
    @WithDefault("0")
    @Range(min = "0", max = "3")
    int standbyReplicas();

    @Doc("Folder for Kafka Streams' lock and process files, of this instance only. The state itself is in memory and in"
            + " Kafka. When the folder survives a kill, the transaction that was open is aborted at once after the restart,"
            + " not after its time-out.")
    @WithDefault("data/processor")
    Path stateDirectory();

    @Doc(
            "The instance that gets what is counted of each instance and job as series (millrace_tenant_...). None are made"
                    + " while there is no such instance.")
    @WithDefault("millrace")
    String meteringInstance();

    @Doc("What is remembered of series.")
    Series series();

    @Doc("When an instance gets more partitions of the topic received.")
    Shards shards();

    /** When an instance gets more partitions of the topic received. */
    interface Shards {
        @Doc("Samples a second of one instance in its first partition above which it gets twice as many partitions.")
        @WithDefault("20000")
        @Range(min = "1")
        long samplesPerSecond();

        @Doc("Active series of one instance in its first partition above which it gets twice as many partitions.")
        @WithDefault("250000")
        @Range(min = "1")
        long activeSeries();

        @Doc("Time over which samples are counted for that.")
        @WithDefault("1m")
        @Range(min = "1s", max = "1h")
        Duration window();

        @Doc("How long gateways are given to hear that they must not publish anything of an instance while it gets more"
                + " partitions. Samples that one publishes later may be out of order.")
        @WithDefault("3s")
        @Range(min = "100ms", max = "1m")
        Duration freeze();

        @Doc("Least time between two changes of the partitions of an instance.")
        @WithDefault("5m")
        @Range(min = "1s", max = "24h")
        Duration rest();
    }

    /** What is remembered of series. */
    interface Series {
        @Doc("A series without samples for so long is no longer active: it does not count towards the limit.")
        @WithDefault("20m")
        @Range(min = "1s", max = "24h")
        Duration idleAfter();

        @Doc("A series without samples for so long is forgotten. When it comes back it counts as new.")
        @WithDefault("2d")
        @Range(min = "2s", max = "30d")
        Duration forgetAfter();

        @Doc(
                "Inactive series remembered for each active one of a tenant; when there are more, they are forgotten early.")
        @WithDefault("2")
        @Range(min = "0", max = "100")
        int inactivePerActive();

        @Doc("Within this time every remembered series is looked at once, to find the idle ones.")
        @WithDefault("60s")
        @Range(min = "1s", max = "1h")
        Duration sweepRound();
    }

    /** How instances share the partitions. */
    enum GroupProtocol {
        /** The classic consumer group protocol. */
        CLASSIC,
        /** The streams group protocol of KIP-1071. With two threads its first record took 5 s, measured. */
        STREAMS
    }
}
