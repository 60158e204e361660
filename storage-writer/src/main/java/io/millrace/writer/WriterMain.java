package io.millrace.writer;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.millrace.runtime.ProcessMain;
import io.millrace.runtime.config.Configuration;
import io.millrace.runtime.control.ControlTables;
import io.millrace.runtime.kafka.TopicAdmin;
import io.millrace.runtime.metrics.Metrics;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The program {@code storage-writer}: takes the path of a YAML file, or nothing for defaults and the environment. */
public final class WriterMain {
    private WriterMain() {}

    public static void main(String[] arguments) {
        System.exit(ProcessMain.run("storage-writer", arguments, WriterMain::wire));
    }

    static ProcessMain.Parts wire(@Nullable Path file, Map<String, String> environment) {
        WriterSettings settings = Configuration.load(WriterSettings.class, file, environment);
        PrometheusMeterRegistry registry = Metrics.create();
        Clock clock = Clock.systemUTC();
        ControlTables control = new ControlTables(settings.kafka(), clock);
        control.bindTo(registry);
        return new ProcessMain.Parts(
                List.of(
                        TopicAdmin.asService(settings.kafka()),
                        control,
                        new WriterService(settings, new InstanceRetention(control), control.state(), registry, clock)),
                settings.admin(),
                registry);
    }
}
