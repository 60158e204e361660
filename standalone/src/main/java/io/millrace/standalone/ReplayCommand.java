package io.millrace.standalone;

import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.kafka.KafkaSettings;
import io.millrace.runtime.kafka.Topics;
import io.millrace.storage.StoreUnavailableException;
import io.millrace.storage.cassandra.CassandraStore;
import io.millrace.writer.WriterSettings;
import io.millrace.writer.replay.Replay;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace replay}. */
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        description =
                "Reads the samples of an instance and time range that Kafka still has, and stores those that the store"
                        + " has not. Samples that the writer still holds in memory count as missing; storing them early does no harm."
                        + " Deleted samples stay deleted.")
final class ReplayCommand implements Callable<Integer> {
    @Mixin
    private StoreOption where = new StoreOption();

    @Option(names = "--instance", paramLabel = "ID", required = true, description = "The instance.")
    private String instance = "";

    @Option(
            names = "--from",
            paramLabel = "TIME",
            required = true,
            description = "First timestamp of samples, such as 2026-01-02T03:00:00Z.")
    private Instant from = Instant.EPOCH;

    @Option(names = "--to", paramLabel = "TIME", required = true, description = "Last timestamp of samples.")
    private Instant to = Instant.EPOCH;

    @Option(names = "--dry-run", description = "Only counts.")
    private boolean dryRun;

    @Override
    public Integer call() throws InterruptedException {
        if (to.isBefore(from)) {
            throw new CommandException("--to is before --from");
        }
        WriterSettings settings = where.settings();
        KafkaSettings kafka = settings.kafka();
        try (CassandraStore store = RunningStore.open(settings.cassandra(), "replay");
                KafkaConsumer<byte[], byte[]> consumer =
                        new KafkaConsumer<>(KafkaClients.consumer(kafka, "millrace-replay"))) {
            store.start();
            Replay.Report report = new Replay(store.chunks(), store.series(), System::currentTimeMillis)
                    .run(
                            consumer,
                            Topics.of(kafka).samples(),
                            kafka.partitions(),
                            RunningStore.instance(instance),
                            from.toEpochMilli(),
                            to.toEpochMilli(),
                            dryRun);
            System.out.printf(
                    Locale.ROOT,
                    "%,d samples in %,d records of Kafka; %,d were not in the store%s%n",
                    report.samples(),
                    report.records(),
                    report.missing(),
                    dryRun ? ", nothing was changed" : " and are now");
            if (report.unreadable() > 0) {
                System.out.printf(Locale.ROOT, "%,d records cannot be read%n", report.unreadable());
            }
            if (report.unregistered() > 0) {
                System.out.printf(
                        Locale.ROOT,
                        "%,d samples are of series that are not registered on their day, and were left alone%n",
                        report.unregistered());
            }
            return 0;
        } catch (StoreUnavailableException e) {
            throw new CommandException("the store does not answer: " + e.getMessage());
        }
    }
}
