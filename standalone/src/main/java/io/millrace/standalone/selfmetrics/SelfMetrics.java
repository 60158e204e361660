package io.millrace.standalone.selfmetrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.millrace.model.Labels;
import io.millrace.model.StaleMarker;
import io.millrace.runtime.Health;
import io.millrace.runtime.Service;
import io.millrace.runtime.config.Secret;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xerial.snappy.Snappy;

/**
 * Scrapes the registry of this process and writes the result to the gateway of this process.
 *
 * <p>A scrape that cannot be sent is gone, and counted: what happens while the gateway does not answer is in the log.
 * Stopping writes a stale marker for every series, so that graphs end where the process ended. One thread does all the
 * work; start and close belong to the owner.
 */
public final class SelfMetrics implements Service {

    private static final Logger log = LoggerFactory.getLogger(SelfMetrics.class);

    private static final Duration SEND_TIMEOUT = Duration.ofSeconds(10);

    /**
     * Where scrapes go.
     *
     * @param url of the write endpoint of the instance
     * @param keyId an AccessKey that may write there
     */
    public record Target(URI url, String keyId, Secret secret) {}

    private final PrometheusMeterRegistry registry;
    private final Duration interval;
    private final Labels labels;
    private final Supplier<Target> target;
    private final Clock clock;
    private final Counter failures;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(SEND_TIMEOUT)
            .build();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(body -> {
        Thread created = new Thread(body, "self-metrics");
        created.setDaemon(true);
        return created;
    });

    /** Series of the scrape before; only the thread touches it. */
    private Set<Labels> before = Set.of();

    /**
     * @param instance value of the label {@code instance}, as a Prometheus would see this process
     * @param target asked once, at the first scrape
     */
    public SelfMetrics(
            PrometheusMeterRegistry registry,
            Duration interval,
            String instance,
            Supplier<Target> target,
            Clock clock) {
        this.registry = registry;
        this.interval = interval;
        this.labels = Labels.of("job", "millrace", "instance", instance);
        this.target = target;
        this.clock = clock;
        this.failures = Counter.builder("millrace.standalone.self.scrapes.lost")
                .description("Scrapes of Millrace's own metrics that could not be written to the gateway")
                .register(registry);
    }

    @Override
    public String name() {
        return "self-metrics";
    }

    @Override
    public void start() {
        var unused = thread.scheduleAtFixedRate(this::scrape, 1_000, interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public Health check() {
        return Health.READY; // a scrape lost is no reason to send work elsewhere
    }

    @Override
    public void close() {
        if (thread.isShutdown()) {
            return;
        }
        var unused = thread.submit(() -> send(staleMarkers(Set.of())));
        thread.shutdown();
        try {
            if (!thread.awaitTermination(SEND_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException e) {
            thread.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    private void scrape() {
        try {
            List<ScrapedSample> samples = new ArrayList<>(PrometheusText.parse(registry.scrape(), labels));
            samples.add(new ScrapedSample(
                    labels.toBuilder().set(Labels.METRIC_NAME, "up").build(), 1));
            Set<Labels> now = new HashSet<>();
            samples.forEach(sample -> now.add(sample.labels()));
            samples.addAll(staleMarkers(now));
            before = now;
            send(samples);
        } catch (RuntimeException e) {
            failures.increment();
            log.warn("own metrics could not be scraped", e); // the next scrape is tried all the same
        }
    }

    private List<ScrapedSample> staleMarkers(Set<Labels> now) {
        return before.stream()
                .filter(series -> !now.contains(series))
                .map(series -> new ScrapedSample(series, StaleMarker.VALUE))
                .toList();
    }

    private void send(List<ScrapedSample> samples) {
        Target to = target.get();
        try {
            byte[] body = Snappy.compress(WriteRequestEncoder.encode(samples, clock.millis()));
            String credentials = to.keyId() + ":" + to.secret().reveal();
            HttpRequest request = HttpRequest.newBuilder(to.url())
                    .timeout(SEND_TIMEOUT)
                    .header("Content-Type", "application/x-protobuf")
                    .header("Content-Encoding", "snappy")
                    .header("X-Prometheus-Remote-Write-Version", "0.1.0")
                    .header("User-Agent", "millrace-standalone")
                    .header(
                            "Authorization",
                            "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8)))
                    .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                    .build();
            HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() / 100 != 2) {
                failures.increment();
                log.warn(
                        "own metrics were refused status={} answer={}",
                        response.statusCode(),
                        response.body().strip());
            }
        } catch (IOException e) {
            failures.increment();
            log.warn("own metrics could not be sent to={} reason={}", to.url(), e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
