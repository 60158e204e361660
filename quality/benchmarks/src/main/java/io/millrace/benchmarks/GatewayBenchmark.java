package io.millrace.benchmarks;

import io.millrace.embedded.KafkaNode;
import io.millrace.embedded.KafkaNodeSettings;
import io.millrace.gateway.GatewayMain;
import io.millrace.gateway.GatewaySettings;
import io.millrace.model.TenantId;
import io.millrace.model.TenantLimits;
import io.millrace.runtime.config.Configuration;
import io.millrace.runtime.control.AccessKeys;
import io.millrace.runtime.control.Account;
import io.millrace.runtime.control.ControlPublisher;
import io.millrace.runtime.control.Instance;
import io.millrace.runtime.control.Policy;
import io.millrace.runtime.control.User;
import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.kafka.TopicAdmin;
import io.millrace.runtime.kafka.Topics;
import io.millrace.testkit.remotewrite.RemoteWriteRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;

/**
 * The whole gateway process over loopback on a real broker: CPU of the process, and how long senders wait. The senders
 * repeat 20 prepared requests of 1,000 samples over 8 and over 200 connections, first as fast as they are answered, then
 * at half of that rate.
 */
final class GatewayBenchmark {
    private static final int SAMPLES = 1_000;
    private static final int REQUESTS = 20;
    private static final int[] CONNECTIONS = Stream.of(
                    System.getProperty("gateway.connections", "8,200").split(",", -1))
            .mapToInt(Integer::parseInt)
            .toArray();

    private static final boolean FULL_SPEED_ONLY = Boolean.getBoolean("gateway.full-speed-only");

    /** At least so long, and until the compiler of the gateway is quiet: before, it takes a quarter of the time. */
    private static final Duration WARM_UP = Duration.ofSeconds(Integer.getInteger("gateway.warm-up", 45));

    private static final Duration LONGEST_WARM_UP = Duration.ofMinutes(4);
    private static final Duration WARM_UP_STEP = Duration.ofSeconds(5);

    /** Class path of another build, which is measured in turn with this one; "" for none. */
    private static final String OTHER = System.getProperty("gateway.other", "");

    /** Flags of the JVM of this build's gateway: {@code -XX:StartFlightRecording=...} to look inside, say. */
    private static final String JVM = System.getProperty("gateway.jvm", "");

    /** Likewise of the other build's. */
    private static final String OTHER_JVM = System.getProperty("gateway.other-jvm", JVM);

    /** Settings of this build's gateway beside those of the benchmark: {@code KEY=value} of the environment, with spaces between. */
    private static final String SETTINGS = System.getProperty("gateway.settings", "");

    /** Likewise of the other build's. */
    private static final String OTHER_SETTINGS = System.getProperty("gateway.other-settings", SETTINGS);

    private static final String COMPILER = "C2 CompilerThre";
    /** Share of the gateway's time from which on its compiler is not quiet. */
    private static final double QUIET = 0.02;

    /** Of these the best one counts: what else runs on the host can only make a round worse. */
    private static final int ROUNDS = Integer.getInteger("gateway.rounds", 4);

    private static final Duration ROUND = Duration.ofSeconds(8);

    /** Before each round, with nothing else running. */
    private static final Stopwatch HOST_SPEED = new Stopwatch(Duration.ZERO, Duration.ofMillis(500), 1);

    private static final Duration HOST_SPEED_WARM_UP = Duration.ofSeconds(5);

    private final PrintStream out;
    private final Path folder;
    private final LongSupplier hostSpeedTask = GatewayDecodeBenchmark.inflateAndDecode();

    private GatewayBenchmark(Path folder, PrintStream out) {
        this.folder = folder;
        this.out = out;
    }

    static void run(PrintStream out) throws Exception {
        Path folder = Files.createTempDirectory("gateway-benchmark");
        try {
            new GatewayBenchmark(folder, out).run();
        } finally {
            delete(folder);
        }
    }

    private void run() throws Exception {
        try (KafkaNode broker = KafkaNode.start(broker())) {
            List<Gateway> gateways = new ArrayList<>();
            try {
                gateways.add(start("this build", broker, System.getProperty("java.class.path"), JVM, SETTINGS));
                if (!OTHER.isBlank()) {
                    gateways.add(start("the other", broker, OTHER, OTHER_JVM, OTHER_SETTINGS));
                }
                List<byte[]> requests = requests(accounts(settings(broker, 0)));
                for (Gateway gateway : gateways) {
                    awaitReady(gateway, requests.get(0));
                }
                keepLittle(settings(broker, 0));
                out.println(
                        "| connections | samples/s | gateway CPU s / 1 M | broker CPU s / 1 M | inflate and decode alone |"
                                + " p50 ms | p99 ms | gateway by threads |");
                out.println("|---|---|---|---|---|---|---|---|");
                for (Gateway gateway : gateways) {
                    warmUp(gateway, requests);
                }
                hostSpeed(new Stopwatch(HOST_SPEED_WARM_UP, Duration.ZERO, 1));
                for (int connections : CONNECTIONS) {
                    double full = measure(connections + ", full speed", gateways, broker, connections, requests, 0);
                    if (!FULL_SPEED_ONLY) {
                        measure(connections + ", half load", gateways, broker, connections, requests, full / 2);
                    }
                }
            } finally {
                for (Gateway gateway : gateways) {
                    gateway.process.destroy();
                    gateway.process.waitFor();
                }
            }
        }
    }

    private KafkaNodeSettings broker() {
        return KafkaNodeSettings.in(folder.resolve("kafka")).withProperty("log.retention.check.interval.ms", "1000");
    }

    /** The broker throws away soon what it has, so that it does not fill the disk, and takes less time beside the gateway. */
    private static void keepLittle(GatewaySettings settings) throws Exception {
        ConfigResource received = new ConfigResource(
                ConfigResource.Type.TOPIC, Topics.of(settings.kafka()).received());
        List<AlterConfigOp> changes = Map.of(
                        TopicConfig.SEGMENT_BYTES_CONFIG, 16 << 20,
                        TopicConfig.RETENTION_BYTES_CONFIG, 1 << 20,
                        TopicConfig.FILE_DELETE_DELAY_MS_CONFIG, 1_000)
                .entrySet()
                .stream()
                .map(change -> new AlterConfigOp(
                        new ConfigEntry(change.getKey(), change.getValue().toString()), AlterConfigOp.OpType.SET))
                .toList();
        try (Admin admin = Admin.create(KafkaClients.common(settings.kafka(), "benchmark"))) {
            admin.incrementalAlterConfigs(Map.of(received, changes)).all().get();
        }
    }

    private record Gateway(String name, Process process, int port, Path log) {}

    private Gateway start(String name, KafkaNode broker, String classPath, String flags, String settings)
            throws IOException {
        int port = freePort();
        Path log = folder.resolve("gateway-" + port + ".log");
        Map<String, String> environment = new HashMap<>(environment(broker, port));
        for (String setting : words(settings)) {
            int equals = setting.indexOf('=');
            environment.put(setting.substring(0, equals), setting.substring(equals + 1));
        }
        return new Gateway(name, startGateway(environment, classPath, flags, log), port, log);
    }

    private static GatewaySettings settings(KafkaNode broker, int port) {
        return Configuration.load(GatewaySettings.class, null, environment(broker, port));
    }

    private static Map<String, String> environment(KafkaNode broker, int port) {
        return Map.of(
                "MILLRACE_GATEWAY_KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers(),
                "MILLRACE_GATEWAY_KAFKA_REPLICATION_FACTOR", "1",
                "MILLRACE_GATEWAY_KAFKA_MIN_IN_SYNC_REPLICAS", "1",
                "MILLRACE_GATEWAY_INTERNAL_HOST", "127.0.0.1",
                "MILLRACE_GATEWAY_INTERNAL_PORT", Integer.toString(port));
    }

    /**
     * Sends in all the ways that are measured, again and again: each takes other paths through the server, which the compiler
     * makes anew when they change. A gateway that has run for some minutes has that behind it.
     */
    private void warmUp(Gateway gateway, List<byte[]> requests) throws Exception {
        long start = System.nanoTime();
        double share = 1;
        while (share > QUIET || System.nanoTime() - start < WARM_UP.toNanos()) {
            if (System.nanoTime() - start > LONGEST_WARM_UP.toNanos()) {
                out.printf(
                        Locale.ROOT,
                        "The compiler of the gateway (%s) still takes %.0f %% after %d s.%n",
                        gateway.name,
                        100 * share,
                        LONGEST_WARM_UP.toSeconds());
                return;
            }
            ThreadTimes before = ThreadTimes.of(gateway.process.pid());
            for (int connections : CONNECTIONS) {
                Result full = send(gateway.port, connections, requests, 0, WARM_UP_STEP);
                send(gateway.port, connections, requests, full.samplesPerSecond() / 2, WARM_UP_STEP);
            }
            ThreadTimes used = ThreadTimes.of(gateway.process.pid()).since(before);
            share = used.secondsByName().getOrDefault(COMPILER, 0.0) / used.seconds();
        }
    }

    /** The gateways in turn, so that what is slow about the host for a while is slow for each of them. */
    private double measure(
            String what,
            List<Gateway> gateways,
            KafkaNode broker,
            int connections,
            List<byte[]> requests,
            double samplesPerSecond)
            throws Exception {
        List<List<Round>> rounds = gateways.stream()
                .map(gateway -> (List<Round>) new ArrayList<Round>())
                .toList();
        for (int i = 0; i < ROUNDS; i++) {
            for (int k = 0; k < gateways.size(); k++) {
                rounds.get(k).add(round(gateways.get(k), broker, connections, requests, samplesPerSecond));
            }
        }
        for (int k = 0; k < gateways.size(); k++) {
            report(gateways.size() == 1 ? what : what + ", " + gateways.get(k).name, rounds.get(k));
        }
        if (gateways.size() == 2) {
            double[] ratios = new double[ROUNDS];
            for (int i = 0; i < ROUNDS; i++) {
                ratios[i] = rounds.get(0).get(i).gatewayCost()
                        / rounds.get(1).get(i).gatewayCost();
            }
            Arrays.sort(ratios);
            out.printf(
                    Locale.ROOT,
                    "| %s | this build takes %.3f of the other (%.3f to %.3f) | | | | | | |%n",
                    what,
                    (ratios[(ROUNDS - 1) / 2] + ratios[ROUNDS / 2]) / 2,
                    ratios[0],
                    ratios[ROUNDS - 1]);
        }
        return best(rounds.get(0)).result.samplesPerSecond();
    }

    private static Round best(List<Round> rounds) {
        return Collections.min(rounds, Comparator.comparingDouble(Round::gatewayCost));
    }

    private void report(String what, List<Round> rounds) {
        Round best = best(rounds);
        long[] latencies = best.result.latencies;
        out.printf(
                Locale.ROOT,
                "| %s | %,.0f | %.3f | %.3f | %.3f | %.1f | %.1f | %s |%n",
                what,
                best.result.samplesPerSecond(),
                best.gatewayCost(),
                best.brokerSeconds / best.result.millions(),
                best.hostSpeed,
                latencies[latencies.length / 2] / 1e6,
                latencies[latencies.length * 99 / 100] / 1e6,
                best.gatewayTimes.per(best.result.millions()));
    }

    /** @param hostSpeed CPU s of a million samples inflated and decoded alone, just before */
    private record Round(Result result, ThreadTimes gatewayTimes, double brokerSeconds, double hostSpeed) {
        double gatewayCost() {
            return gatewayTimes.seconds() / result.millions();
        }
    }

    private Round round(
            Gateway gateway, KafkaNode broker, int connections, List<byte[]> requests, double samplesPerSecond)
            throws Exception {
        double hostSpeed = hostSpeed(HOST_SPEED);
        ThreadTimes gatewayBefore = ThreadTimes.of(gateway.process.pid());
        Duration brokerBefore = cpu(ProcessHandle.of(broker.pid()).orElseThrow());
        Result result = send(gateway.port, connections, requests, samplesPerSecond, ROUND);
        Duration brokerUsed = cpu(ProcessHandle.of(broker.pid()).orElseThrow()).minus(brokerBefore);
        return new Round(
                result,
                ThreadTimes.of(gateway.process.pid()).since(gatewayBefore),
                brokerUsed.toNanos() / 1e9,
                hostSpeed);
    }

    private double hostSpeed(Stopwatch stopwatch) {
        long samples = (long) GatewayDecodeBenchmark.REQUESTS * GatewayDecodeBenchmark.SAMPLES;
        return stopwatch.measure(samples, hostSpeedTask).secondsPerMillion();
    }

    private static Duration cpu(ProcessHandle process) {
        return process.info().totalCpuDuration().orElseThrow();
    }

    private record Result(long[] latencies, double seconds) {
        double millions() {
            return latencies.length * (double) SAMPLES / 1e6;
        }

        double samplesPerSecond() {
            return latencies.length * (double) SAMPLES / seconds;
        }
    }

    /** @param samplesPerSecond 0 for as fast as answers come */
    private static Result send(int port, int connections, List<byte[]> requests, double samplesPerSecond, Duration time)
            throws InterruptedException {
        long start = System.nanoTime();
        long end = start + time.toNanos();
        AtomicLong next = new AtomicLong();
        List<long[]> latencies = new ArrayList<>();
        List<Throwable> failures = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            Thread thread = new Thread(() -> {
                try {
                    long[] mine = sendOn(port, requests, samplesPerSecond, start, end, next);
                    synchronized (latencies) {
                        latencies.add(mine);
                    }
                } catch (IOException | InterruptedException e) {
                    synchronized (latencies) {
                        failures.add(e);
                    }
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        if (!failures.isEmpty()) {
            throw new IllegalStateException(failures.size() + " senders failed", failures.get(0));
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        long[] all = latencies.stream().flatMapToLong(Arrays::stream).sorted().toArray();
        return new Result(all, seconds);
    }

    private static long[] sendOn(
            int port, List<byte[]> requests, double samplesPerSecond, long start, long end, AtomicLong next)
            throws IOException, InterruptedException {
        long[] latencies = new long[1 << 16];
        int count = 0;
        byte[] answer = new byte[1024];
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setTcpNoDelay(true);
            OutputStream out = socket.getOutputStream();
            InputStream in = socket.getInputStream();
            while (System.nanoTime() < end && count < latencies.length) {
                long number = next.getAndIncrement();
                if (samplesPerSecond > 0) {
                    long due = start + (long) (number * SAMPLES / samplesPerSecond * 1e9);
                    long wait = due - System.nanoTime();
                    if (wait > 0) {
                        Thread.sleep(wait / 1_000_000, (int) (wait % 1_000_000));
                    }
                }
                long sent = System.nanoTime();
                out.write(requests.get((int) (number % requests.size())));
                int length = in.read(answer);
                if (length < 12 || answer[9] != '2') {
                    throw new IOException(new String(answer, 0, Math.max(length, 0), StandardCharsets.US_ASCII));
                }
                latencies[count++] = System.nanoTime() - sent;
            }
        }
        return Arrays.copyOf(latencies, count);
    }

    private static List<byte[]> requests(String authorization) throws IOException {
        List<byte[]> requests = new ArrayList<>();
        for (int i = 0; i < REQUESTS; i++) {
            byte[] body = RemoteWriteRequest.snappy(GatewayDecodeBenchmark.request(i, true, System.currentTimeMillis())
                    .version1());
            ByteArrayOutputStream request = new ByteArrayOutputStream();
            request.write(("POST /prometheus/bench/api/v1/write HTTP/1.1\r\nHost: localhost\r\n"
                            + "User-Agent: Prometheus/2.42.0\r\nContent-Encoding: snappy\r\n"
                            + "Content-Type: application/x-protobuf\r\nX-Prometheus-Remote-Write-Version: 0.1.0\r\n"
                            + "Authorization: " + authorization + "\r\nContent-Length: " + body.length + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            request.write(body);
            requests.add(request.toByteArray());
        }
        return requests;
    }

    private static String accounts(GatewaySettings settings) {
        TopicAdmin.ensure(settings.kafka());
        AccessKeys.NewAccessKey key = AccessKeys.generate("bench", Instant.now(), null);
        try (ControlPublisher publisher = new ControlPublisher(settings.kafka(), "benchmark")) {
            publisher.publish(List.of(
                    new Account("bench", "Bench", true, Instant.now()),
                    new Instance(
                            new TenantId("bench"),
                            "bench",
                            "Bench",
                            "",
                            Map.of(),
                            Instance.Status.RUNNING,
                            15,
                            TenantLimits.DEFAULT.withRates(100_000_000, 1_000_000, 1),
                            Instant.now()),
                    new User(
                            "bench",
                            "bench",
                            "Bench",
                            true,
                            List.of(new Policy(Policy.Level.WRITE, List.of(Policy.ALL))),
                            Instant.now()),
                    key.key()));
        }
        String credentials = key.key().id() + ":" + key.secret().reveal();
        return "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.US_ASCII));
    }

    private static Process startGateway(Map<String, String> environment, String classPath, String flags, Path log)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx1g",
                        "-XX:+UseParallelGC",
                        "-XX:NewRatio=1",
                        "-cp",
                        classPath,
                        GatewayMain.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        builder.command().addAll(1, words(flags));
        return builder.start();
    }

    private static List<String> words(String text) {
        return text.isBlank() ? List.of() : List.of(text.trim().split(" +", -1));
    }

    private static void awaitReady(Gateway gateway, byte[] request) throws Exception {
        for (int i = 0; i < 300 && gateway.process.isAlive(); i++) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port)) {
                socket.getOutputStream().write(request);
                byte[] answer = new byte[1024];
                if (socket.getInputStream().read(answer) > 12 && answer[9] == '2') {
                    return;
                }
            } catch (IOException notYet) {
                // it is starting
            }
            Thread.sleep(200);
        }
        throw new IllegalStateException(Files.readString(gateway.log));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
