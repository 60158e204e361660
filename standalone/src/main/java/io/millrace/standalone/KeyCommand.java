package io.millrace.standalone;

import io.millrace.runtime.control.AccessKeys;
import io.millrace.runtime.control.ControlPublisher;
import io.millrace.runtime.kafka.KafkaSettings;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace key}. */
@Command(
        name = "key",
        mixinStandardHelpOptions = true,
        description = "AccessKeys of a running Millrace.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = KeyCommand.Create.class)
final class KeyCommand {

    /** {@code millrace key create}. */
    @Command(
            name = "create",
            mixinStandardHelpOptions = true,
            description = "Makes a new AccessKey and shows its secret, once. Other keys stay as they are.")
    static final class Create implements Callable<Integer> {

        @Mixin
        private DataOption data = new DataOption();

        @Option(
                names = "--user",
                paramLabel = "ID",
                defaultValue = "admin",
                description = "Whom the key acts as (default: admin, who may do everything).")
        private String user = "admin";

        @Override
        public Integer call() {
            DataFolder folder = data.folder();
            RunFile.Run run = Running.require(folder);
            KafkaSettings kafka = SettingsFile.load(
                            null, Map.of("standalone.kafka.port", portOf(run.kafka())), Map.of(), folder)
                    .gateway()
                    .kafka();
            AccessKeys.NewAccessKey key =
                    AccessKeys.generate(user, Clock.systemUTC().instant(), null);
            try (ControlPublisher publisher = new ControlPublisher(kafka, "millrace-key-create")) {
                publisher.publish(List.of(key.key()));
            }
            System.out.println("AccessKey id      " + key.key().id());
            System.out.println(
                    "AccessKey secret  " + key.secret().reveal() + "   (shown this once: only its hash is kept)");
            return 0;
        }

        private static String portOf(String address) {
            return address.substring(address.lastIndexOf(':') + 1);
        }
    }
}
