package io.millrace.processor;

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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The program {@code processor}: takes the path of a YAML file, or nothing for defaults and the environment. */
public final class ProcessorMain {
    private static final Logger log = LoggerFactory.getLogger(ProcessorMain.class);

    private ProcessorMain() {}

    public static void main(String[] arguments) {
        System.exit(ProcessMain.run("processor", arguments, ProcessorMain::wire));
    }

    private static ProcessMain.Parts wire(@Nullable Path file, Map<String, String> environment) {
        ProcessorSettings settings = Configuration.load(ProcessorSettings.class, file, environment);
        log.info("configuration\n{}", Configuration.describe(ProcessorSettings.class, settings));
        PrometheusMeterRegistry registry = Metrics.create();
        ControlTables control = new ControlTables(settings.kafka(), Clock.systemUTC());
        control.bindTo(registry);
        return new ProcessMain.Parts(
                List.of(
                        TopicAdmin.asService(settings.kafka()),
                        control,
                        new ProcessorService(settings, control, registry, System::currentTimeMillis)),
                settings.admin(),
                registry);
    }
}
