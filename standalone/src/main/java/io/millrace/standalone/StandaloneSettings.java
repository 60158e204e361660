package io.millrace.standalone;

import io.millrace.runtime.config.DataSize;
import io.millrace.runtime.config.Doc;
import io.millrace.runtime.config.Range;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** The configuration of what only the standalone process has: nodes, first instance, what it needs of the machine. */
public interface StandaloneSettings {

    @Doc(
            "Address the gateway and the query API listen on; 0.0.0.0 for all of the machine's. The rest stays on 127.0.0.1.")
    @WithDefault("127.0.0.1")
    String listen();

    @Doc("Port of the admin endpoint on 127.0.0.1 (/live, /ready, /metrics of all services); 0 takes a free one.")
    @WithDefault("9200")
    @Range(min = "0", max = "65535")
    int adminPort();

    @Doc("Id of the instance that the first start makes, with an AccessKey for it.")
    @WithDefault("demo")
    String instance();

    @Doc("Days that instances made by the first start keep their samples.")
    @WithDefault("15")
    @Range(min = "1", max = "3650")
    int retentionDays();

    @Doc("Partitions of the topics received, samples and series. Fixed by the first start.")
    @WithDefault("4")
    @Range(min = "1", max = "256")
    int partitions();

    @Doc("Memory that must be free at the start.")
    @WithDefault("2GiB")
    DataSize requiredMemory();

    @Doc("Space that must be free on the disk of the data folder at the start.")
    @WithDefault("2GiB")
    DataSize requiredDisk();

    @Doc("How long the start may take until everything is ready.")
    @WithDefault("3m")
    @Range(min = "10s", max = "1h")
    Duration startTimeout();

    /** The embedded broker. */
    Kafka kafka();

    /** The embedded node. */
    Cassandra cassandra();

    /** The metrics it sends to itself. */
    SelfMetrics selfMetrics();

    /** The embedded broker. */
    interface Kafka {
        @Doc("Port of the embedded broker on 127.0.0.1; 0 takes a free one.")
        @WithDefault("19092")
        @Range(min = "0", max = "65535")
        int port();

        @Doc("Most heap of the embedded broker; what it reads again comes from the page cache.")
        @WithDefault("256MiB")
        @Range(min = "128MiB", max = "8GiB")
        DataSize heap();
    }

    /** The embedded node. */
    interface Cassandra {
        @Doc("CQL port of the embedded node on 127.0.0.1; 0 takes a free one.")
        @WithDefault("19042")
        @Range(min = "0", max = "65535")
        int port();

        @Doc("Most heap of the embedded node.")
        @WithDefault("640MiB")
        @Range(min = "384MiB", max = "32GiB")
        DataSize heap();

        @Doc("Memory of the embedded node for rows not yet in table files, outside its heap.")
        @WithDefault("256MiB")
        @Range(min = "64MiB", max = "32GiB")
        DataSize memtables();
    }

    /** The metrics it sends to itself. */
    interface SelfMetrics {
        @Doc("Whether it sends its own metrics to itself, as the instance millrace.")
        @WithDefault("true")
        boolean enabled();

        @Doc("How often.")
        @WithDefault("15s")
        @Range(min = "1s", max = "5m")
        Duration interval();
    }
}
