package io.millrace.standalone;

import io.millrace.embedded.FreePorts;
import io.millrace.runtime.config.Configuration;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Puts the configuration of all services together, from strong to weak: what must be so on the embedded nodes, options of
 * the command line, environment, file, defaults for one small machine, defaults of the services. Stateless.
 */
final class SettingsFile {

    static final String QUERY_PORT = "query.http.port";
    static final String WRITER_PORT = "writer.internal.port";

    private static final List<String> SERVICES = List.of("gateway", "processor", "writer", "query");
    private static final List<String> SERVICES_WITH_STORE = List.of("writer", "query");

    private SettingsFile() {}

    /** @throws io.millrace.runtime.config.ConfigurationException with everything that is wrong */
    static Settings load(
            @Nullable Path file, Map<String, String> options, Map<String, String> environment, DataFolder folder) {
        Map<String, String> values = new HashMap<>();
        FileKeys inFile = FileKeys.of(file);
        smallMachine().forEach((key, value) -> {
            if (!inFile.has(key)) {
                values.put(variable(key), value);
            }
        });
        values.putAll(environment);
        options.forEach((key, value) -> values.put(variable(key), value));
        Settings chosen = Configuration.load(Settings.class, file, values);
        fixed(chosen, folder).forEach((key, value) -> values.put(variable(key), value));
        return Configuration.load(Settings.class, file, values);
    }

    /** What is better than the services' defaults when all of them share one machine with Kafka and Cassandra. */
    private static Map<String, String> smallMachine() {
        return Map.of(
                "gateway.in-flight.total",
                "64MiB",
                "gateway.in-flight.per-instance",
                "48MiB",
                "gateway.requests.max-threads",
                "32",
                "query.promql.max-memory",
                "192MiB",
                "query.read.max-memory",
                "128MiB",
                WRITER_PORT,
                "9204",
                "writer.memory.max-open",
                "128MiB",
                "writer.memory.max-waiting",
                "16MiB",
                "writer.memory.max-inbox",
                "8MiB");
    }

    /** What the embedded nodes and the data folder leave no choice about. */
    private static Map<String, String> fixed(Settings chosen, DataFolder folder) {
        StandaloneSettings standalone = chosen.standalone();
        List<Integer> free = FreePorts.find(3);
        int kafkaPort = standalone.kafka().port() == 0
                ? free.get(0)
                : standalone.kafka().port();
        int cassandraPort = standalone.cassandra().port() == 0
                ? free.get(1)
                : standalone.cassandra().port();
        int writerPort = chosen.writer().internal().port() == 0
                ? free.get(2)
                : chosen.writer().internal().port();
        Map<String, String> fixed = new HashMap<>();
        fixed.put("standalone.kafka.port", Integer.toString(kafkaPort));
        fixed.put("standalone.cassandra.port", Integer.toString(cassandraPort));
        for (String service : SERVICES) {
            fixed.put(service + ".kafka.bootstrap-servers", "127.0.0.1:" + kafkaPort);
            fixed.put(service + ".kafka.partitions", Integer.toString(standalone.partitions()));
            fixed.put(service + ".kafka.replication-factor", "1");
            fixed.put(service + ".kafka.min-in-sync-replicas", "1");
        }
        for (String service : SERVICES_WITH_STORE) {
            fixed.put(service + ".cassandra.contact-points", "127.0.0.1:" + cassandraPort);
            fixed.put(service + ".cassandra.replication-factor", "1");
        }
        // Between the writer and the query API of this process only.
        String internalToken = UUID.randomUUID().toString();
        fixed.put("query.writers.token", internalToken);
        fixed.put("writer.internal.token", internalToken);
        fixed.put("writer.internal.host", "127.0.0.1");
        // Its name in the consumer group: with the same one it has its partitions back at once after a kill.
        fixed.put(WRITER_PORT, Integer.toString(writerPort));
        fixed.put("writer.internal.advertised-address", "127.0.0.1:" + writerPort);
        fixed.put("processor.state-directory", folder.processor().toString());
        fixed.put("processor.instance-id", "standalone");
        fixed.put("gateway.internal.enabled", "true");
        fixed.put("gateway.internal.host", standalone.listen());
        fixed.put("query.http.host", standalone.listen());
        addresses(chosen).forEach(fixed::put);
        return fixed;
    }

    /** What the admin API shows as addresses of instances, when nobody chose something else. */
    private static Map<String, String> addresses(Settings chosen) {
        String host = reachable(chosen.standalone().listen());
        Map<String, String> addresses = new HashMap<>();
        if (chosen.query().addresses().writeInternal().isEmpty()) {
            addresses.put(
                    "query.addresses.write-internal",
                    "http://" + host + ":" + chosen.gateway().internal().port());
        }
        if (chosen.query().addresses().queryInternal().isEmpty()) {
            addresses.put(
                    "query.addresses.query-internal",
                    "http://" + host + ":" + chosen.query().http().port());
        }
        return addresses;
    }

    /** An address one can connect to from this machine. */
    static String reachable(String listen) {
        return listen.equals("0.0.0.0") || listen.equals("::") ? "127.0.0.1" : listen;
    }

    /** The environment variable of a key. */
    static String variable(String key) {
        return "MILLRACE_" + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }
}
