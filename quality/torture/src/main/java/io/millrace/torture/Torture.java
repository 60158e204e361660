package io.millrace.torture;

import io.millrace.runtime.shards.TenantShards;
import io.millrace.testkit.cluster.ClusterProcess;
import io.millrace.testkit.cluster.ClusterSettings;
import io.millrace.testkit.cluster.MillraceCluster;
import io.millrace.testkit.cluster.ServiceJvm;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * One run of the torture test.
 *
 * <h2>What it proves</h2>
 *
 * <p>Senders write through the gateway series whose values are a function of series and time, and remember exactly what was
 * acknowledged. Meanwhile processes of every kind are killed with SIGKILL or stopped and continued. At every check and at
 * the end:
 *
 * <ol>
 *   <li>every acknowledged sample is there, once, with its value, through the query API;
 *   <li>nothing is there that was not sent; what was sent and not acknowledged may be there;
 *   <li>in the topic {@code samples} nothing stands more often than it was sent, and each series is in order;
 *   <li>after an orderly stop and a new start of the writers all of it comes from Cassandra;
 *   <li>no valid request was answered with 4xx;
 *   <li>no answer to a query without a warning lacked something that an earlier answer had;
 *   <li>the instance began in one partition of {@code received} and uses all at the end: its shard was widened meanwhile;
 *   <li>a rolling restart of the writers makes no query fail and takes nothing away from any answer but with a warning.
 * </ol>
 */
final class Torture {
    /** The only instance of the cluster, all senders write to it. */
    static final String INSTANCE = "demo";

    /** A Cassandra node needs half a minute to come back on a busy machine, and then everything else catches up. */
    private static final Duration HEALING = Duration.ofMinutes(4);

    private static final Duration START = Duration.ofMinutes(3);
    private static final long NEWEST_MS = 5_000;

    private final TortureSettings settings;
    private final PrintStream out;
    private final List<Double> healed = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();

    Torture(TortureSettings settings, PrintStream out) {
        this.settings = settings;
        this.out = out;
    }

    /** Runs, and returns whether everything was as it must be. */
    boolean run() throws Exception {
        long start = System.nanoTime();
        long deadline = start + settings.limit().toNanos();
        out.println("torture: seed " + settings.seed() + ", " + settings.rounds() + " rounds, data and logs in "
                + settings.folder());
        try (MillraceCluster cluster = new MillraceCluster(cluster())) {
            GrowingShard.begin(cluster.kafkaSettings(), INSTANCE);
            cluster.startServices();
            awaitReady(cluster, START);
            say(start, "everything is ready");
            List<LoadSender> senders = senders(cluster);
            long startMs = System.currentTimeMillis();
            senders.forEach(LoadSender::start);
            QueryAudit audit = new QueryAudit(cluster.queryApi(INSTANCE), senders);
            ReaderWatch reader = new ReaderWatch(cluster.queryApi(INSTANCE), senders.get(0), out);
            reader.start();
            try (Chaos chaos = new Chaos(cluster.processes(), settings.seed(), out)) {
                harm(chaos, cluster, audit, startMs, deadline, start);
                rollingRestart(cluster, reader, start);
                shard(GrowingShard.awaitAll(cluster.kafkaSettings(), INSTANCE, HEALING));
                for (LoadSender sender : senders) {
                    sender.stop();
                }
                say(start, "the senders have stopped, everything is checked again");
                long endMs = System.currentTimeMillis();
                record("through the query API", audit.check(startMs, endMs, HEALING));
                reader.stop();
                record("in the topic samples", new TopicAudit(cluster.kafkaSettings(), senders).check());
                restartWriters(cluster);
                record("from Cassandra, after a restart of the writers", audit.check(startMs, endMs, HEALING));
                report(chaos, senders, reader, start);
            }
        }
        out.println(faults.isEmpty() ? "torture: PASSED" : "torture: FAILED: " + String.join("\n  ", faults));
        return faults.isEmpty();
    }

    private ClusterSettings cluster() {
        return ClusterSettings.in(settings.folder())
                .withInstances(INSTANCE)
                .withServices(2, 3)
                // a shard that is widened twice within the first minute
                .with("MILLRACE_PROCESSOR_SHARDS_SAMPLES_PER_SECOND", "50")
                .with("MILLRACE_PROCESSOR_SHARDS_WINDOW", "2s")
                .with("MILLRACE_PROCESSOR_SHARDS_REST", "10s")
                // short lives, so that chunks are sealed, stored and committed all the time
                .with("MILLRACE_WRITER_CHUNKS_FLUSH_INTERVAL", "10s")
                .with("MILLRACE_WRITER_COMMIT_INTERVAL", "500ms")
                .with("MILLRACE_WRITER_SESSION_TIMEOUT", "6s")
                .with("MILLRACE_WRITER_CASSANDRA_REQUEST_TIMEOUT", "3s");
    }

    private List<LoadSender> senders(MillraceCluster cluster) {
        List<LoadSender> senders = new ArrayList<>();
        for (int i = 1; i <= settings.senders(); i++) {
            senders.add(new LoadSender(
                    i,
                    new SenderSeries(i, settings.seriesPerSender()),
                    cluster.writeClient(INSTANCE),
                    settings.interval()));
        }
        return senders;
    }

    private void harm(Chaos chaos, MillraceCluster cluster, QueryAudit audit, long startMs, long deadline, long start)
            throws InterruptedException {
        long checkedMs = startMs;
        for (int round = 1; round <= settings.rounds(); round++) {
            chaos.round(round);
            boolean last = round == settings.rounds() || System.nanoTime() > deadline;
            if (last || round % settings.checkEvery() == 0) {
                checkedMs = check(chaos, cluster, audit, checkedMs, start);
            }
            if (System.nanoTime() > deadline && round < settings.rounds()) {
                out.println("torture: the time is over after " + round + " rounds");
                return;
            }
        }
    }

    /** Lets everything heal, and checks what was sent since {@code fromMs}; returns until when. */
    private long check(Chaos chaos, MillraceCluster cluster, QueryAudit audit, long fromMs, long start)
            throws InterruptedException {
        chaos.rest();
        long toMs = System.currentTimeMillis();
        long restNanos = System.nanoTime();
        Findings newest = audit.check(Math.max(fromMs, toMs - NEWEST_MS), toMs, HEALING);
        double seconds = (System.nanoTime() - restNanos) / 1e9;
        healed.add(seconds);
        Findings findings = audit.check(fromMs, toMs, HEALING);
        findings.add(newest);
        say(start, String.format(Locale.ROOT, "healed after %.1f s; %s", seconds, findings));
        if (!findings.isComplete() || !findings.isSound()) {
            faults.add("at a check: " + findings + "; " + troubles(cluster));
        }
        return toMs;
    }

    private static String troubles(MillraceCluster cluster) {
        List<String> troubles = new ArrayList<>();
        for (ClusterProcess process : cluster.processes()) {
            String trouble = process.trouble();
            if (!trouble.isEmpty()) {
                troubles.add(process.name() + " " + trouble);
            }
        }
        return troubles.isEmpty() ? "all processes say that they are ready" : String.join(", ", troubles);
    }

    private static void awaitReady(MillraceCluster cluster, Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!cluster.isReady()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("not ready: " + troubles(cluster));
            }
            TimeUnit.MILLISECONDS.sleep(200);
        }
    }

    /** One writer after the other, under load. */
    private void rollingRestart(MillraceCluster cluster, ReaderWatch reader, long start) throws InterruptedException {
        awaitReady(cluster, HEALING);
        long failuresBefore = reader.failures();
        String before = reader.toString();
        for (ServiceJvm writer : cluster.services("storage-writer")) {
            writer.stop();
            writer.start();
            awaitReady(cluster, HEALING);
        }
        say(start, "rolling restart of the writers; reader before: " + before + "; after: " + reader);
        if (reader.failures() > failuresBefore) {
            faults.add((reader.failures() - failuresBefore) + " queries failed in the rolling restart");
        }
    }

    private static void restartWriters(MillraceCluster cluster) throws InterruptedException {
        List<ServiceJvm> writers = cluster.services("storage-writer");
        writers.forEach(ServiceJvm::stop);
        writers.forEach(ServiceJvm::start);
        awaitReady(cluster, HEALING);
    }

    private void shard(TenantShards shard) {
        out.println("torture: the shard has partitions "
                + Arrays.toString(shard.shard().partitions()) + ", epoch " + shard.epoch() + ", " + shard.phase());
        if (!shard.shard().isAll() || shard.isClosed()) {
            faults.add("the shard was not widened to all partitions: " + shard);
        }
    }

    private void record(String where, Findings findings) {
        out.println("torture: " + where + ": " + findings);
        if (!findings.isComplete() || !findings.isSound()) {
            faults.add(where + ": " + findings);
        }
    }

    private void report(Chaos chaos, List<LoadSender> senders, ReaderWatch reader, long start) {
        long acknowledged =
                senders.stream().mapToLong(LoadSender::acknowledgedSamples).sum();
        long again = senders.stream().mapToLong(LoadSender::refusedAttempts).sum();
        long givenUp = senders.stream().mapToLong(LoadSender::givenUpSamples).sum();
        out.println("torture: what was done: " + chaos.counts() + "; processes that ended by themselves: "
                + chaos.endedByThemselves());
        out.println("torture: " + acknowledged + " samples acknowledged, " + again + " requests sent again, " + givenUp
                + " samples given up by the senders");
        out.println("torture: reader: " + reader);
        out.printf(
                Locale.ROOT,
                "torture: time to heal: most %.1f s, median %.1f s, of %d; seed %d; took %.0f s%n",
                healed.stream().mapToDouble(Double::doubleValue).max().orElse(0),
                healed.stream().sorted().skip(healed.size() / 2).findFirst().orElse(0.0),
                healed.size(),
                settings.seed(),
                (System.nanoTime() - start) / 1e9);
        if (reader.silentGaps() > 0) {
            faults.add("the reader: " + reader);
        }
        senders.forEach(sender -> {
            String wrong = sender.wrong();
            if (wrong != null) {
                faults.add(wrong);
            }
        });
        if (acknowledged == 0) {
            faults.add("nothing was acknowledged");
        }
    }

    private void say(long start, String what) {
        out.printf(Locale.ROOT, "torture: %6.1f s %s%n", (System.nanoTime() - start) / 1e9, what);
    }
}
