package io.millrace.gateway;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.millrace.runtime.ProcessMain;
import io.millrace.runtime.config.Configuration;
import io.millrace.runtime.control.ControlTables;
import io.millrace.runtime.metrics.Metrics;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The program {@code gateway}: takes the path of a YAML file, or nothing for defaults and the environment. */
public final class GatewayMain {
    private GatewayMain() {}

    public static void main(String[] arguments) {
        System.exit(ProcessMain.run("gateway", arguments, GatewayMain::wire));
    }

    static ProcessMain.Parts wire(@Nullable Path file, Map<String, String> environment) {
        Logger log = LoggerFactory.getLogger(GatewayMain.class);
        GatewaySettings settings = Configuration.load(GatewaySettings.class, file, environment);
        log.info("configuration\n{}", Configuration.describe(GatewaySettings.class, settings));
        PrometheusMeterRegistry registry = Metrics.create();
        Clock clock = Clock.systemUTC();
        ControlTables control = new ControlTables(settings.kafka(), clock);
        control.bindTo(registry);
        GatewayService gateway = new GatewayService(settings, control.state(), registry, clock);
        return new ProcessMain.Parts(List.of(control, gateway), settings.admin(), registry);
    }
}
