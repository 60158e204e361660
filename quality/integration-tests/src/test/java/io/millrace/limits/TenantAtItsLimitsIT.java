package io.millrace.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.model.Labels;
import io.millrace.model.RejectReason;
import io.millrace.model.SeriesId;
import io.millrace.model.TenantLimits;
import io.millrace.testkit.prometheus.PrometheusProcess;
import io.millrace.testkit.remotewrite.RemoteWriteRequest;
import io.millrace.testkit.remotewrite.WriteClient;
import io.millrace.testkit.remotewrite.WriteSeries;
import io.millrace.wire.labels.CanonicalLabels;
import io.millrace.wire.record.RejectionRecord;
import io.millrace.wire.record.RejectionRecord.Origin;
import io.millrace.wire.record.SampleBatchReader;
import io.millrace.wire.record.SeriesRecord;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two gateways and one tenant at its limits on rate and on series, with the Prometheus of the system as its sender. */
class TenantAtItsLimitsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final int SERIES_LIMIT = 300;
    private static final int METRIC_LIMIT = 30;
    private static final int NEW_LIMIT = 60;
    private static final int SAMPLES_PER_SECOND = 200;

    /** As {@code SeriesAdmission} states it. */
    private static final int OVERSHOOT =
            (int) (3 * Math.sqrt(SERIES_LIMIT * LimitedTenant.PARTITIONS)) + LimitedTenant.PARTITIONS;

    private static final TenantLimits LIMITS =
            TenantLimits.DEFAULT.withSeries(SERIES_LIMIT, 1_000_000, 1_000_000).withRates(SAMPLES_PER_SECOND, 1_000, 1);

    /** Two seconds are promised, and printed; a machine that tests can stand still for a while. */
    private static final long MEDIAN_MS = 5_000;

    private static final int KNOWN_SERIES = 2 * SERIES_LIMIT;

    /** In a request of new series; some are of each partition. */
    private static final int NEW_SERIES = 60;

    /** What gateways say of new series for each limit that keeps them out. */
    private static final Map<RejectReason, String> EXPLANATIONS = Map.of(
            RejectReason.MAX_ACTIVE_SERIES,
            "the instance has \\d+ active series, its limit is " + SERIES_LIMIT,
            RejectReason.MAX_SERIES_PER_METRIC,
            "the metric has as many active series as its limit of " + METRIC_LIMIT,
            RejectReason.MAX_NEW_SERIES,
            "the instance has as many new series in a minute as its limit of " + NEW_LIMIT);

    @TempDir
    private Path folder;

    /** Samples of the requests that tests make themselves. */
    private long requested;

    @BeforeEach
    void needPrometheus() {
        PrometheusProcess.assumeInstalled();
    }

    @Test
    void shouldAccountForEverySampleOfAPrometheusThatIsOverItsLimits() throws Exception {
        try (LimitedTenant tenant = new LimitedTenant(folder.resolve("processor"), LIMITS);
                CountingBalancer balancer = new CountingBalancer(tenant.writeUrls());
                GrowingTarget target = new GrowingTarget()) {
            // given a Prometheus that sends five times as much as it may, and one and a half times as many series
            target.grow(SERIES_LIMIT / 2);
            Path home = folder.resolve("prometheus");
            int port = PrometheusProcess.freePort();
            long sent;
            long start = System.nanoTime();
            try (PrometheusProcess prometheus = PrometheusProcess.start(
                    home, port, configuration(tenant, balancer, target.port()), "--web.enable-lifecycle")) {
                await().atMost(PATIENCE).until(() -> balancer.samples() > SERIES_LIMIT);
                target.grow(SERIES_LIMIT * 3);

                // when both gateways have refused for both reasons, after the processor has
                await().atMost(PATIENCE)
                        .until(() -> tenant.gateways.stream()
                                .allMatch(gateway -> LimitedTenant.refused(gateway, RejectReason.RATE_LIMITED) > 0
                                        && LimitedTenant.refused(gateway, RejectReason.MAX_ACTIVE_SERIES) > 0));
                Files.writeString(home.resolve("prometheus.yml"), configuration(tenant, balancer, 0));
                reload(prometheus);
                sent = awaitEnd(prometheus, balancer);
            }
            double seconds = (System.nanoTime() - start) / 1e9;

            // then what was kept and what the ledger says was refused is what was sent
            await().atMost(PATIENCE)
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() -> kept(tenant) + refused(tenant) >= sent);
            assertThat(kept(tenant) + refused(tenant)).isEqualTo(sent);
            assertThat(refused(tenant, Origin.GATEWAY, RejectReason.RATE_LIMITED))
                    .isPositive();
            assertThat(refused(tenant, Origin.GATEWAY, RejectReason.MAX_ACTIVE_SERIES))
                    .isPositive();
            // and the limits have been held: of rate, with the bursts of two gateways; of series, as far as is stated
            assertThat(kept(tenant)).isLessThan((long) (SAMPLES_PER_SECOND * (seconds + 3)));
            assertThat(series(tenant)).isLessThanOrEqualTo(SERIES_LIMIT + OVERSHOOT);
            System.out.printf(
                    "sent %d, kept %d, refused by gateways: rate %d, series %d; by the processor: series %d; answers %s%n",
                    sent,
                    kept(tenant),
                    refused(tenant, Origin.GATEWAY, RejectReason.RATE_LIMITED),
                    refused(tenant, Origin.GATEWAY, RejectReason.MAX_ACTIVE_SERIES),
                    refused(tenant, Origin.PROCESSOR, RejectReason.MAX_ACTIVE_SERIES),
                    balancer.answers());
        }
    }

    @Test
    void shouldTellTheSenderSoonAfterCrossingALimitOnSeriesAndNoLongerAfterRecovery() throws Exception {
        TenantLimits high = TenantLimits.DEFAULT.withSeries(1_000_000, 1_000_000, 1_000_000);
        TenantLimits active = TenantLimits.DEFAULT.withSeries(SERIES_LIMIT, 1_000_000, 1_000_000);
        TenantLimits perMetric = TenantLimits.DEFAULT.withSeries(1_000_000, METRIC_LIMIT, 1_000_000);
        TenantLimits newOnes = TenantLimits.DEFAULT.withSeries(1_000_000, 1_000_000, NEW_LIMIT);
        List<Long> crossings = new ArrayList<>();
        List<Long> recoveries = new ArrayList<>();
        try (LimitedTenant tenant = new LimitedTenant(folder.resolve("processor"), high)) {
            List<WriteClient> clients = new ArrayList<>();
            for (URI url : tenant.writeUrls()) {
                clients.add(new WriteClient(
                        url, tenant.key.key().id(), tenant.key.secret().reveal()));
            }
            assertThat(sendKnown(clients.get(0))).isEqualTo(204);
            await().atMost(PATIENCE).until(() -> kept(tenant) == KNOWN_SERIES);
            List<TenantLimits> rounds = List.of(active, perMetric, newOnes, active, perMetric, newOnes);
            List<RejectReason> reasons = List.of(
                    RejectReason.MAX_ACTIVE_SERIES, RejectReason.MAX_SERIES_PER_METRIC, RejectReason.MAX_NEW_SERIES);
            for (int round = 0; round < rounds.size(); round++) {
                WriteClient client = clients.get(round % clients.size());
                RejectReason reason = reasons.get(round % reasons.size());

                // when the tenant is over its limit
                tenant.limit(rounds.get(round));
                crossings.add(awaitAnswer(client, "crossing_" + round, answer -> refusesNearlyAll(answer, reason)));

                // then known series pass at both gateways
                for (WriteClient one : clients) {
                    assertThat(sendKnown(one)).isEqualTo(204);
                }

                // and when there is room again
                tenant.limit(high);
                recoveries.add(awaitAnswer(client, "recovery_" + round, answer -> answer.statusCode() == 204));
            }

            // and of a tenant with rules of its own gateways know the series by the labels that these make
            tenant.dropLabel("pod");
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(500)).until(() -> {
                assertThat(sendPodded(clients.get(0))).isEqualTo(204);
                return isStored(tenant, Labels.of("__name__", "podded", "number", "0"));
            });
            assertThat(sendPodded(clients.get(0))).isEqualTo(204);
            awaitAll(tenant);
            tenant.limit(active);
            crossings.add(awaitAnswer(
                    clients.get(1), "crossing_9", answer -> refusesNearlyAll(answer, RejectReason.MAX_ACTIVE_SERIES)));
            for (WriteClient one : clients) {
                assertThat(sendKnown(one)).isEqualTo(204);
                assertThat(sendPodded(one)).isEqualTo(204);
            }

            // and what was kept and what the ledger says was refused is what was sent
            awaitAll(tenant);
            assertThat(kept(tenant) + refused(tenant)).isEqualTo(requested);
            for (RejectReason reason : reasons) {
                assertThat(refused(tenant, Origin.GATEWAY, reason)).isPositive();
            }
        }
        System.out.printf("ms until new series are refused %s, until they pass again %s%n", crossings, recoveries);
        assertThat(median(crossings)).isLessThan(MEDIAN_MS);
        assertThat(median(recoveries)).isLessThan(MEDIAN_MS);
    }

    private void awaitAll(LimitedTenant tenant) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> kept(tenant) + refused(tenant) >= requested);
    }

    private static boolean isStored(LimitedTenant tenant, Labels labels) {
        SeriesId id = CanonicalLabels.id(labels);
        return tenant.read(tenant.topics.series()).stream()
                .anyMatch(record ->
                        SeriesRecord.decode(record.key(), record.value()).id().equals(id));
    }

    /** Series with a label that the rules of the instance take away. */
    private int sendPodded(WriteClient client) throws Exception {
        RemoteWriteRequest request = new RemoteWriteRequest();
        for (int i = 0; i < NEW_SERIES; i++) {
            request.add(WriteSeries.of("__name__", "podded", "number", Integer.toString(i), "pod", "a")
                    .sample(System.currentTimeMillis(), i));
        }
        requested += NEW_SERIES;
        return client.send1(request).statusCode();
    }

    private int sendKnown(WriteClient client) throws Exception {
        requested += KNOWN_SERIES;
        return client.send1(series("known", 0, KNOWN_SERIES)).statusCode();
    }

    /** Sends new series of all partitions again and again, and returns after how many ms the answer was as it should be. */
    private long awaitAnswer(WriteClient client, String name, Predicate<HttpResponse<String>> expected)
            throws Exception {
        long start = System.nanoTime();
        long end = start + PATIENCE.toNanos();
        for (int i = 0; System.nanoTime() < end; i += NEW_SERIES) {
            requested += NEW_SERIES;
            if (expected.test(client.send1(series(name, i, NEW_SERIES)))) {
                return (System.nanoTime() - start) / 1_000_000;
            }
            Thread.sleep(20);
        }
        throw new AssertionError("not the answer to " + name + " within " + PATIENCE);
    }

    /** One new series in a hundred seems to be known; it goes to the processor and is refused there. */
    private static boolean refusesNearlyAll(HttpResponse<String> answer, RejectReason reason) {
        Matcher refused = Pattern.compile("^(\\d+) of " + NEW_SERIES + " samples refused.*: " + reason.id() + " \\d+\n"
                        + reason.id() + ": \\d+, first crossing_\\d\\{number=\"\\d+\"}: "
                        + EXPLANATIONS.get(reason) + "; known series pass, this one is new; ")
                .matcher(answer.body());
        return answer.statusCode() == 400 && refused.find() && Integer.parseInt(refused.group(1)) >= NEW_SERIES * 0.85;
    }

    private static RemoteWriteRequest series(String name, int from, int count) {
        RemoteWriteRequest request = new RemoteWriteRequest();
        for (int i = from; i < from + count; i++) {
            request.add(WriteSeries.of("__name__", name, "number", Integer.toString(i))
                    .sample(System.currentTimeMillis(), i));
        }
        return request;
    }

    private static long median(List<Long> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    /** @param target port of what is scraped; 0 for nothing */
    private static String configuration(LimitedTenant tenant, CountingBalancer balancer, int target) {
        String scrape = target == 0 ? "" : """
                scrape_configs:
                  - job_name: "growing"
                    static_configs:
                      - targets: ["127.0.0.1:%d"]
                """.formatted(target);
        return """
                global:
                  scrape_interval: 1s
                %sremote_write:
                  - url: "%s"
                    basic_auth:
                      username: "%s"
                      password: "%s"
                    metadata_config:
                      send: false
                    queue_config:
                      max_samples_per_send: 50
                      batch_send_deadline: 1s
                """.formatted(
                        scrape,
                        balancer.url(),
                        tenant.key.key().id(),
                        tenant.key.secret().reveal());
    }

    private static void reload(PrometheusProcess prometheus) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(prometheus.url().resolve("/-/reload"))
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        HttpResponse<String> response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    }

    /** Waits until Prometheus has nothing more to send, and returns how many samples went out. */
    private static long awaitEnd(PrometheusProcess prometheus, CountingBalancer balancer) throws Exception {
        List<Long> seen = new ArrayList<>(List.of(-1L, -2L, -3L));
        await().atMost(PATIENCE).pollInterval(Duration.ofSeconds(1)).until(() -> {
            seen.add(0, balancer.samples());
            boolean quiet = seen.subList(0, 4).stream().distinct().count() == 1;
            return quiet && metric(prometheus, "prometheus_remote_storage_samples_pending") == 0;
        });
        if (balancer.answers().keySet().stream().allMatch(status -> status < 500)) {
            // nothing was sent twice, so Prometheus has counted the same
            assertThat(metric(prometheus, "prometheus_remote_storage_samples_total"))
                    .isEqualTo(seen.get(0));
        }
        return seen.get(0);
    }

    private static long metric(PrometheusProcess prometheus, String name) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(prometheus.url().resolve("/metrics")).build();
        String page = HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
        return (long) page.lines()
                .filter(line -> line.startsWith(name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private static long kept(LimitedTenant tenant) {
        SampleBatchReader reader = new SampleBatchReader();
        return tenant.read(tenant.topics.samples()).stream()
                .mapToLong(record -> {
                    reader.wrap(record.value());
                    return reader.sampleCount();
                })
                .sum();
    }

    private static List<RejectionRecord> ledger(LimitedTenant tenant) {
        return tenant.read(tenant.topics.rejections()).stream()
                .map(record -> RejectionRecord.decode(record.key(), record.value()))
                .toList();
    }

    private static long refused(LimitedTenant tenant) {
        return ledger(tenant).stream().mapToLong(RejectionRecord::samples).sum();
    }

    private static long refused(LimitedTenant tenant, Origin origin, RejectReason reason) {
        return ledger(tenant).stream()
                .filter(record -> record.origin() == origin && record.reason().equals(reason.id()))
                .mapToLong(RejectionRecord::samples)
                .sum();
    }

    private static int series(LimitedTenant tenant) {
        return (int) tenant.read(tenant.topics.series()).stream()
                .map(record -> SeriesRecord.decode(record.key(), record.value()).id())
                .distinct()
                .count();
    }
}
