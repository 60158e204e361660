package io.millrace.writer;

import io.millrace.runtime.admin.AdminConfig;
import io.millrace.runtime.config.Checked;
import io.millrace.runtime.config.DataSize;
import io.millrace.runtime.config.Doc;
import io.millrace.runtime.config.Problems;
import io.millrace.runtime.config.Range;
import io.millrace.runtime.config.Secret;
import io.millrace.runtime.kafka.KafkaSettings;
import io.millrace.storage.cassandra.CassandraSettings;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** The configuration of the storage-writer. */
@ConfigMapping(prefix = "writer")
public interface WriterSettings extends Checked {
    /** How to reach Kafka. */
    KafkaSettings kafka();

    /** How to reach Cassandra. */
    CassandraSettings cassandra();

    /** Where the admin endpoint listens. */
    AdminConfig admin();

    @Doc("The listener where queries ask for samples that are not in Cassandra yet.")
    Internal internal();

    @Doc("How samples become chunks.")
    Chunks chunks();

    @Doc("How much may be in memory.")
    Memory memory();

    @Doc("How the chunks of past days are merged into dense rows.")
    Merge merge();

    @Doc("How often offsets are committed. Only what is durable is ever committed.")
    @WithDefault("5s")
    @Range(min = "100ms", max = "5m")
    Duration commitInterval();

    @Doc(
            "How long a stop, or the handover of a partition, waits for Cassandra to take everything. After it, the next owner"
                    + " reads again what was not stored.")
    @WithDefault("60s")
    @Range(min = "1s", max = "10m")
    Duration drainTimeout();

    @Doc("A writer that does not answer Kafka for so long has its partitions taken away.")
    @WithDefault("10s")
    @Range(min = "6s", max = "5m")
    Duration sessionTimeout();

    @Doc("Requests to Cassandra at one time, for each partition.")
    @WithDefault("8")
    @Range(min = "1", max = "1024")
    int maxWritesUnderWay();

    @Doc(
            "A series without samples is forgotten so long after it was announced last. Not less than a day, because series are"
                    + " announced once a day.")
    @WithDefault("72h")
    @Range(min = "25h", max = "720h")
    Duration forgetSeriesAfter();

    /**
     * A merge drops everything that was received before a time, also what is stored only later. What still waits in the topic
     * {@code received} must therefore be younger than the merge's delay.
     */
    @Override
    default void check(String prefix, Problems problems) {
        Duration received = kafka().retention().received();
        if (merge().enabled() && merge().delay().compareTo(received) <= 0) {
            problems.add(
                    prefix + "merge.delay",
                    "must be longer than " + prefix + "kafka.retention.received, which is " + received.toHours()
                            + "h: samples that the processor passes on after such a while would be dropped");
        }
    }

    /** The listener for queries. */
    interface Internal {
        @Doc("Address to listen on.")
        @WithDefault("0.0.0.0")
        String host();

        @Doc("Port to listen on; 0 takes a free one.")
        @WithDefault("9204")
        @Range(min = "0", max = "65535")
        int port();

        @Doc(
                "host:port under which queries reach this listener; also this writer's own name in its consumer group, so no two"
                        + " writers may have the same. Default: the name of the machine and the port.")
        Optional<String> advertisedAddress();

        @Doc(
                "The secret that callers must present, query.writers.token there. Without it anybody who reaches the listener may"
                        + " ask.")
        Optional<Secret> token();
    }

    /** How samples become chunks. */
    interface Chunks {
        @Doc("Samples in a chunk at most.")
        @WithDefault("240")
        @Range(min = "1", max = "960")
        int maxSamples();

        @Doc("Size of a chunk at most; a single histogram may be larger.")
        @WithDefault("16KiB")
        @Range(min = "256", max = "1MiB")
        DataSize maxBytes();

        @Doc(
                "How long samples stay in memory before they are stored. Longer makes larger chunks and more to read again after"
                        + " a crash.")
        @WithDefault("20m")
        @Range(min = "1s", max = "2h")
        Duration flushInterval();
    }

    /** How much may be in memory. */
    interface Memory {
        @Doc("Fetched from Kafka and not taken in yet, for each partition. Beyond it the partition is paused.")
        @WithDefault("16MiB")
        @Range(min = "1MiB", max = "1GiB")
        DataSize maxInbox();

        @Doc("Encoded samples in open chunks, all partitions together. Beyond it chunks are stored before their time.")
        @WithDefault("512MiB")
        @Range(min = "1MiB")
        DataSize maxOpen();

        @Doc("Sealed chunks that Cassandra has not taken yet, for each partition. Beyond it nothing more is taken in.")
        @WithDefault("64MiB")
        @Range(min = "1MiB")
        DataSize maxWaiting();
    }

    /** How old chunks are merged. */
    interface Merge {
        @Doc(
                "Whether this writer merges. Without merging data takes about three times the room, and deleted samples stay on disk.")
        @WithDefault("true")
        boolean enabled();

        @Doc("How long after its end a day is merged. Must be longer than samples can wait in the topic received, see"
                + " kafka.retention.received: what comes later than that may be lost.")
        @WithDefault("24h")
        @Range(min = "1s", max = "720h")
        Duration delay();

        @Doc("How often a writer looks for something to merge.")
        @WithDefault("10m")
        @Range(min = "100ms", max = "24h")
        Duration interval();

        @Doc("How often a merged day is looked at for samples that came late.")
        @WithDefault("1h")
        @Range(min = "100ms", max = "24h")
        Duration lookAgain();

        @Doc("Share of the time of one thread that merging may take, in percent; it rests in between.")
        @WithDefault("25")
        @Range(min = "1", max = "100")
        int percent();
    }
}
