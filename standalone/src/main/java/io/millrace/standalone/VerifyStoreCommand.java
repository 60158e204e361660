package io.millrace.standalone;

import io.millrace.storage.StoreUnavailableException;
import io.millrace.storage.cassandra.CassandraStore;
import io.millrace.storage.verify.Finding;
import io.millrace.storage.verify.StoreVerification;
import java.time.LocalDate;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace verify-store}. */
@Command(
        name = "verify-store",
        mixinStandardHelpOptions = true,
        description =
                "Reads everything stored of an instance and a UTC day and reports what is wrong with it: rows that"
                        + " cannot be read, overlaps, gaps, aggregates that are not what the samples come to. Changes nothing. Exit"
                        + " code 1 when queries miss data or give wrong numbers.")
final class VerifyStoreCommand implements Callable<Integer> {
    @Mixin
    private StoreOption where = new StoreOption();

    @Option(names = "--instance", paramLabel = "ID", required = true, description = "The instance.")
    private String instance = "";

    @Option(names = "--day", paramLabel = "YYYY-MM-DD", required = true, description = "The day, in UTC.")
    private LocalDate day = LocalDate.EPOCH;

    @Option(
            names = "--show",
            paramLabel = "N",
            defaultValue = "100",
            description = "Findings of each kind to show (default: 100). All are counted.")
    private int show = 100;

    @Override
    public Integer call() throws InterruptedException {
        int[] shown = new int[Finding.Kind.values().length];
        try (CassandraStore store = RunningStore.open(where.settings().cassandra(), "verify")) {
            store.start();
            StoreVerification.Report report = new StoreVerification(store)
                    .run(RunningStore.instance(instance), (int) day.toEpochDay(), finding -> {
                        if (shown[finding.kind().ordinal()]++ < show) {
                            print(finding);
                        }
                    });
            print(report);
            return report.hasDamage() ? 1 : 0;
        } catch (StoreUnavailableException e) {
            throw new CommandException("the store does not answer: " + e.getMessage());
        }
    }

    private static void print(Finding finding) {
        System.out.printf(
                "%-21s %s %s %s %s%n",
                text(finding.kind()), finding.metric(), finding.series(), finding.row(), finding.detail());
    }

    private static String text(Finding.Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static void print(StoreVerification.Report report) {
        System.out.printf(
                Locale.ROOT,
                "%,d series, %,d samples in %,d chunks and %,d merged rows, %,d bytes%n",
                report.series(),
                report.samples(),
                report.chunks(),
                report.merged(),
                report.bytes());
        for (Finding.Kind kind : Finding.Kind.values()) {
            long count = report.findings().getOrDefault(kind, 0L);
            if (count > 0) {
                System.out.printf(Locale.ROOT, "%-21s %,d%s%n", text(kind), count, kind.isDamage() ? "  damage" : "");
            }
        }
    }
}
