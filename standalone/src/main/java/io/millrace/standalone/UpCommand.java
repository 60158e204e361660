package io.millrace.standalone;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace up}. */
@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        description =
                "Starts Kafka, Cassandra and all services in a data folder and runs until Ctrl-C or 'millrace down'.")
final class UpCommand implements Callable<Integer> {

    @Mixin
    private DataOption data = new DataOption();

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "A YAML file with any keys of docs/configuration.md; an option wins over it.")
    private @Nullable Path config;

    @Option(
            names = "--listen",
            paramLabel = "ADDRESS",
            description = "Address of gateway and query API (default: 127.0.0.1; 0.0.0.0 for all of the machine's).")
    private @Nullable String listen;

    @Option(names = "--gateway-port", paramLabel = "PORT", description = "Port of the gateway (default: 9201).")
    private @Nullable Integer gatewayPort;

    @Option(names = "--query-port", paramLabel = "PORT", description = "Port of the query API (default: 9203).")
    private @Nullable Integer queryPort;

    @Option(
            names = "--writer-port",
            paramLabel = "PORT",
            description = "Port on 127.0.0.1 where the query API asks the storage-writer (default: 9204; 0: any).")
    private @Nullable Integer writerPort;

    @Option(names = "--admin-port", paramLabel = "PORT", description = "Port of the admin endpoint (default: 9200).")
    private @Nullable Integer adminPort;

    @Option(names = "--kafka-port", paramLabel = "PORT", description = "Port of the broker (default: 19092; 0: any).")
    private @Nullable Integer kafkaPort;

    @Option(
            names = "--cassandra-port",
            paramLabel = "PORT",
            description = "CQL port of the node (default: 19042; 0: any).")
    private @Nullable Integer cassandraPort;

    @Option(
            names = "--detach",
            description = "Returns when everything is ready and leaves it running; 'millrace down' stops it.")
    private boolean detach;

    @Option(names = "--detached", hidden = true, description = "This is the process that --detach leaves running.")
    private boolean detached;

    @Override
    public Integer call() throws Exception {
        Preflight.requireJava(Runtime.version().feature());
        if (detach) {
            return Detached.start(arguments());
        }
        DataFolder folder = data.folder();
        folder.take();
        // Before anything of the services is touched: the first logger opens this file.
        System.setProperty(
                "millrace.log.file", folder.logs().resolve("millrace.log").toString());
        Settings settings = SettingsFile.load(config, options(), System.getenv(), folder);
        return new Standalone(folder, settings, detached).run();
    }

    /** The options as configuration, by key. */
    private Map<String, String> options() {
        Map<String, String> options = new HashMap<>();
        put(options, "standalone.listen", listen);
        put(options, "gateway.internal.port", gatewayPort);
        put(options, SettingsFile.QUERY_PORT, queryPort);
        put(options, SettingsFile.WRITER_PORT, writerPort);
        put(options, "standalone.admin-port", adminPort);
        put(options, "standalone.kafka.port", kafkaPort);
        put(options, "standalone.cassandra.port", cassandraPort);
        return options;
    }

    private static void put(Map<String, String> options, String key, @Nullable Object value) {
        if (value != null) {
            options.put(key, value.toString());
        }
    }

    /** The same command for the process that is left running. */
    private List<String> arguments() {
        List<String> arguments = new ArrayList<>(
                List.of("up", "--detached", "--data", data.path().toString()));
        if (config != null) {
            arguments.addAll(List.of("--config", config.toString()));
        }
        add(arguments, "--listen", listen);
        add(arguments, "--gateway-port", gatewayPort);
        add(arguments, "--query-port", queryPort);
        add(arguments, "--writer-port", writerPort);
        add(arguments, "--admin-port", adminPort);
        add(arguments, "--kafka-port", kafkaPort);
        add(arguments, "--cassandra-port", cassandraPort);
        return arguments;
    }

    private static void add(List<String> arguments, String option, @Nullable Object value) {
        if (value != null) {
            arguments.add(option);
            arguments.add(value.toString());
        }
    }
}
