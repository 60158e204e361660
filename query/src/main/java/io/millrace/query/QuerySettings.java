package io.millrace.query;

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

/** The configuration of the query service. */
@ConfigMapping(prefix = "query")
public interface QuerySettings {
    /** How to reach Kafka. */
    KafkaSettings kafka();

    /** How to reach Cassandra. */
    CassandraSettings cassandra();

    /** Where the admin endpoint listens. */
    AdminConfig admin();

    @Doc("The listener for the Prometheus API and the admin API.")
    Http http();

    @Doc("How many queries run and wait.")
    Concurrency concurrency();

    @Doc("What the language allows.")
    Promql promql();

    @Doc("The series index in memory.")
    Index index();

    @Doc("How samples are read.")
    Read read();

    @Doc("How the storage writers are asked for their newest samples.")
    Writers writers();

    @Doc("Addresses under which people reach Millrace, as the admin API shows them for each instance.")
    Addresses addresses();

    /** Where people reach Millrace. */
    interface Addresses extends Checked {
        @Doc("The gateway as senders on the Internet see it: scheme, host and port, such as https://write.example.org.")
        Optional<String> writeInternet();

        @Doc("The gateway as senders in the own network see it, such as http://gateway.internal:9201.")
        Optional<String> writeInternal();

        @Doc("This service as readers on the Internet see it.")
        Optional<String> queryInternet();

        @Doc("This service as readers in the own network see it.")
        Optional<String> queryInternal();

        @Override
        default void check(String prefix, Problems problems) {
            check(prefix + "write-internet", writeInternet(), problems);
            check(prefix + "write-internal", writeInternal(), problems);
            check(prefix + "query-internet", queryInternet(), problems);
            check(prefix + "query-internal", queryInternal(), problems);
        }

        private static void check(String key, Optional<String> address, Problems problems) {
            if (address.isPresent() && !address.get().matches("https?://[^/?#\\s]+")) {
                problems.add(
                        key,
                        "'" + address.get() + "' is not scheme, host and port without a path,"
                                + " such as https://millrace.example.org");
            }
        }
    }

    /** The listener. */
    interface Http {
        @Doc("Address to listen on.")
        @WithDefault("0.0.0.0")
        String host();

        @Doc("Port to listen on; 0 takes a free one.")
        @WithDefault("9203")
        @Range(min = "0", max = "65535")
        int port();

        @Doc("Largest body of a request: a form, a remote read, a change of the admin API. Above it: 413.")
        @WithDefault("32MiB")
        @Range(min = "1KiB", max = "256MiB")
        DataSize maxBody();

        @Doc("Web pages of which origins may call the API (CORS): an anchored regular expression.")
        @WithDefault(".*")
        String corsOrigins();
    }

    /** How many queries run and wait. */
    interface Concurrency {
        @Doc("Queries of all instances at one time.")
        @WithDefault("20")
        @Range(min = "1", max = "1000")
        int total();

        @Doc("Queries of one instance at one time. Instances take turns.")
        @WithDefault("16")
        @Range(min = "1", max = "1000")
        int perInstance();

        @Doc("Memory all queries may hold together, for evaluation, answers, and chunks that are not decoded yet."
                + " A query that needs more than is left: 422. Half of the heap when it is not set.")
        @Range(min = "1MiB")
        Optional<DataSize> maxMemory();

        @Doc("Queries of one instance that may wait. Above it: 429.")
        @WithDefault("200")
        @Range(min = "1", max = "100000")
        int waitingPerInstance();

        @Doc("Queries of all instances that may wait. Above it: 503.")
        @WithDefault("1000")
        @Range(min = "1", max = "1000000")
        int waiting();
    }

    /** What the language allows. */
    interface Promql {
        @Doc("How old a sample may be to count for an instant vector, when the request does not say.")
        @WithDefault("5m")
        @Range(min = "1s", max = "1d")
        Duration lookback();

        @Doc("How long a query may run, waiting included. A request may ask for less.")
        @WithDefault("2m")
        @Range(min = "100ms", max = "1h")
        Duration timeout();

        @Doc("Samples one query may hold at one time.")
        @WithDefault("50000000")
        @Range(min = "1")
        long maxSamples();

        @Doc("Memory one query may hold for evaluation.")
        @WithDefault("1GiB")
        @Range(min = "1MiB")
        DataSize maxMemory();

        @Doc("Resolution of a subquery that names none.")
        @WithDefault("1m")
        @Range(min = "1ms", max = "1d")
        Duration defaultSubqueryStep();

        @Doc("Whether experimental functions, limitk and limit_ratio may be used.")
        @WithDefault("false")
        boolean experimentalFunctions();

        @Doc("Whether anchored and smoothed may stand behind a range selector.")
        @WithDefault("false")
        boolean extendedRangeSelectors();

        @Doc("Whether fill, fill_left and fill_right may stand behind a binary operator.")
        @WithDefault("false")
        boolean fillModifiers();

        @Doc("Whether metric names are dropped at the end of a query rather than by each function.")
        @WithDefault("false")
        boolean delayedNameRemoval();

        @Doc("Whether rate and its relatives use start timestamps of counters.")
        @WithDefault("false")
        boolean useStartTimestamps();
    }

    /** The series index. */
    interface Index {
        @Doc("Series in memory over all instances, about 300 bytes each, before old days are dropped.")
        @WithDefault("10000000")
        @Range(min = "1000")
        long maxSeries();

        @Doc("Series one selector may match. Above it: 422.")
        @WithDefault("2000000")
        @Range(min = "1")
        int maxSeriesPerSelection();

        @Doc("Days one request may span, the retention of the instance aside.")
        @WithDefault("800")
        @Range(min = "2")
        int maxDays();

        @Doc("Newest UTC days that are always in memory. Older ones are read from Cassandra when asked for.")
        @WithDefault("2")
        @Range(min = "2", max = "30")
        int residentDays();

        @Doc("An older day leaves memory when no query used it for so long.")
        @WithDefault("2h")
        @Range(min = "1m")
        Duration idleDay();
    }

    /** How samples are read. */
    interface Read {
        @Doc("Threads that read from Cassandra and from writers.")
        @WithDefault("16")
        @Range(min = "1", max = "512")
        int threads();

        @Doc("Memory one query may hold for chunks that are not decoded yet.")
        @WithDefault("512MiB")
        @Range(min = "16MiB")
        DataSize maxMemory();
    }

    /** How the writers are asked. */
    interface Writers {
        @Doc("Consumer group of the storage writers, when it is not <kafka.topic-prefix>storage-writer.")
        Optional<String> group();

        @Doc("The secret that writers want to hear: writer.internal.token.")
        Optional<Secret> token();

        @Doc("How long to wait for a writer's answer. Without it, answers carry a warning.")
        @WithDefault("5s")
        @Range(min = "100ms", max = "1m")
        Duration timeout();

        @Doc("How long it is remembered which writer owns which partition.")
        @WithDefault("3s")
        @Range(min = "100ms", max = "1m")
        Duration ownersFor();

        @Doc("Answers carry a warning when a writer is so far behind the gateway.")
        @WithDefault("10s")
        @Range(min = "1s", max = "1h")
        Duration lagWarning();
    }
}
