package io.millrace.runtime.control;

import io.millrace.model.TenantId;
import io.millrace.model.TenantLimits;
import io.millrace.runtime.config.Configuration;
import io.millrace.runtime.config.ConfigurationException;
import io.millrace.runtime.kafka.TopicAdmin;
import io.millrace.runtime.kafka.TopicException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * The set-up step of a stack that starts from nothing: makes the topics, and where there is no account yet, an account,
 * an instance and an AccessKey. The secret is written into one file, from a template, and nowhere else.
 *
 * <p>The order: topics, template read, first records acknowledged by Kafka, file written. A stop in between leaves an
 * account whose secret nobody knows; the next run says so and how to go on.
 */
public final class SetupMain {
    private static final Duration READ_LIMIT = Duration.ofMinutes(2);

    private SetupMain() {}

    /** @param arguments configuration file, instance id, template, file to write */
    public static void main(String[] arguments) throws InterruptedException {
        System.exit(run(arguments));
    }

    private static int run(String[] arguments) throws InterruptedException {
        if (arguments.length != 4) {
            System.err.println("usage: CONFIGURATION-FILE INSTANCE TEMPLATE OUTPUT-FILE");
            return 2;
        }
        try {
            SetupSettings settings = Configuration.load(SetupSettings.class, Path.of(arguments[0]), System.getenv());
            TopicAdmin.ensure(settings.kafka());
            String template = Files.readString(Path.of(arguments[2]));
            return setUp(settings, new TenantId(arguments[1]), template, Path.of(arguments[3]));
        } catch (ConfigurationException | TopicException | ControlPublishException | IllegalArgumentException e) {
            System.err.println("setup: " + e.getMessage());
            return 1;
        } catch (IOException e) {
            System.err.println("setup: cannot read or write " + e.getMessage());
            return 1;
        }
    }

    private static int setUp(SetupSettings settings, TenantId instanceId, String template, Path output)
            throws IOException, InterruptedException {
        Clock clock = Clock.systemUTC();
        try (ControlTables tables = new ControlTables(settings.kafka(), clock);
                ControlPublisher publisher = new ControlPublisher(settings.kafka(), "millrace-setup")) {
            tables.start();
            long deadline = System.nanoTime() + READ_LIMIT.toNanos();
            while (!tables.ready()) {
                if (System.nanoTime() > deadline) {
                    System.err.println("setup: " + tables.check().reason());
                    return 1;
                }
                Thread.sleep(50);
            }
            Instance instance = new Instance(
                    instanceId,
                    "first",
                    instanceId.value(),
                    "local",
                    Map.of(),
                    Instance.Status.RUNNING,
                    15,
                    TenantLimits.DEFAULT,
                    clock.instant());
            Optional<Bootstrap.FirstAccess> made = Bootstrap.run(tables, publisher, clock, instance);
            if (made.isPresent()) {
                write(output, filled(template, made.get()));
                System.out.println("setup: made instance " + instanceId + " and AccessKey "
                        + made.get().key().id() + ", secret in " + output.getFileName());
            } else if (Files.exists(output)) {
                System.out.println("setup: everything is there already");
            } else {
                System.err.println("setup: there is an account, but no " + output.getFileName()
                        + " with its secret: make a new AccessKey and write the file by hand, or remove all volumes");
                return 1;
            }
            return 0;
        }
    }

    private static String filled(String template, Bootstrap.FirstAccess access) {
        return template.replace("${INSTANCE}", access.instance().id().value())
                .replace("${ACCESS_KEY_ID}", access.key().id())
                .replace("${ACCESS_KEY_SECRET}", access.secret().reveal());
    }

    /** Readable by the owner only, and never half-written. */
    private static void write(Path output, String text) throws IOException {
        Path directory =
                Optional.ofNullable(output.toAbsolutePath().getParent()).orElseThrow();
        Path draft = Files.createTempFile(
                directory,
                "setup",
                null,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(draft, text);
        Files.move(draft, output, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
