package io.millrace.query;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.millrace.runtime.BackgroundStart;
import io.millrace.runtime.ProcessMain;
import io.millrace.runtime.config.Configuration;
import io.millrace.runtime.control.ControlTables;
import io.millrace.runtime.kafka.TopicAdmin;
import io.millrace.runtime.metrics.Metrics;
import io.millrace.storage.cassandra.CassandraStore;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The program {@code query}: takes the path of a YAML file, or nothing for defaults and the environment. */
public final class QueryMain {
    private static final Logger log = LoggerFactory.getLogger(QueryMain.class);

    private QueryMain() {}

    public static void main(String[] arguments) {
        System.exit(ProcessMain.run("query", arguments, QueryMain::wire));
    }

    private static ProcessMain.Parts wire(@Nullable Path file, Map<String, String> environment) {
        QuerySettings settings = Configuration.load(QuerySettings.class, file, environment);
        log.info("configuration\n{}", Configuration.describe(QuerySettings.class, settings));
        PrometheusMeterRegistry registry = Metrics.create();
        Clock clock = Clock.systemUTC();
        ControlTables control = new ControlTables(settings.kafka(), clock);
        control.bindTo(registry);
        CassandraStore store =
                new CassandraStore(settings.cassandra(), new InstanceRetention(control), "query", registry);
        return new ProcessMain.Parts(
                List.of(
                        TopicAdmin.asService(settings.kafka()),
                        control,
                        new BackgroundStart(store),
                        new QueryService(settings, store, control, registry, clock)),
                settings.admin(),
                registry);
    }
}
