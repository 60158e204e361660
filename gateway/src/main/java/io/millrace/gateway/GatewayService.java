package io.millrace.gateway;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.gateway.http.GatewayServer;
import io.millrace.gateway.ingest.InFlightBytes;
import io.millrace.gateway.ingest.Ingest;
import io.millrace.gateway.ingest.IngestMetrics;
import io.millrace.gateway.ingest.KafkaBatchPublisher;
import io.millrace.gateway.ingest.RejectionReporter;
import io.millrace.gateway.limits.AdmissionTables;
import io.millrace.gateway.limits.FullTenants;
import io.millrace.gateway.limits.GatewayReports;
import io.millrace.gateway.limits.LiveGateways;
import io.millrace.gateway.limits.RateLimiter;
import io.millrace.runtime.Health;
import io.millrace.runtime.Service;
import io.millrace.runtime.control.ControlState;
import io.millrace.runtime.control.KeyUseReporter;
import io.millrace.runtime.control.KeyUses;
import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.kafka.KafkaSettings;
import io.millrace.runtime.kafka.TopicAdmin;
import io.millrace.runtime.kafka.Topics;
import io.millrace.runtime.policy.ControlPolicies;
import io.millrace.runtime.shards.ShardTables;
import io.millrace.runtime.usage.UsageTables;
import io.millrace.wire.remotewrite.RequestLimits;
import java.time.Clock;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gateway as one service: HTTP listeners in front, one Kafka producer behind. Stopping takes no more requests, waits
 * until those on their way have their answer, then flushes and closes the producer.
 */
public final class GatewayService implements Service {
    private static final Logger log = LoggerFactory.getLogger(GatewayService.class);

    private static final int REPORT_SECONDS = 2;
    /** A record and its batch overhead; the broker's own limit is 1,048,588. */
    private static final int MAX_REQUEST_BYTES = 1_048_576;

    private final GatewaySettings settings;
    private final KafkaBatchPublisher publisher;
    private final RejectionReporter rejections;
    private final GatewayServer server;
    private final KeyUseReporter keyUses;
    private final GatewayReports reports;
    private final UsageTables usage;
    private final AdmissionTables admission;
    private final ShardTables shards;
    private final ScheduledExecutorService reporting;

    /**
     * Does nothing yet.
     *
     * @param control who may write what; a service of its own that must be started before
     */
    public GatewayService(GatewaySettings settings, ControlState control, MeterRegistry registry, Clock clock) {
        this.settings = settings;
        KafkaSettings kafka = settings.kafka();
        Topics topics = topics();
        publisher = new KafkaBatchPublisher(
                this::connect, topics.received(), topics.rejections(), registry, System::nanoTime);
        rejections = RejectionReporter.to(publisher, registry);
        InFlightBytes inFlight = new InFlightBytes(
                settings.inFlight().total().bytes(),
                settings.inFlight().perInstance().bytes());
        Gauge.builder("millrace.gateway.in.flight.bytes", inFlight, InFlightBytes::total)
                .description("Bytes of requests between reading the body and the acknowledgement by Kafka")
                .register(registry);
        RequestLimits limits = new RequestLimits(
                settings.requests().maxDecodedBody().toIntBytes(),
                settings.requests().maxSeries(),
                settings.requests().maxSymbols());
        usage = new UsageTables(kafka, clock::millis);
        String id = "gateway-" + UUID.randomUUID();
        LiveGateways gateways = new LiveGateways(id);
        RateLimiter rates =
                new RateLimiter(gateways, tenant -> usage.usage(tenant).activeSeries(), registry, System::nanoTime);
        reports = new GatewayReports(
                id, rates, gateways, kafka, (key, value) -> publisher.publish(topics.gateways(), key, value));
        FullTenants full = new FullTenants(System::nanoTime, new ControlPolicies(control));
        admission = new AdmissionTables(kafka, full);
        Gauge.builder("millrace.gateway.full.tenants", full, FullTenants::count)
                .description("Instances at a limit on series, whose new series this gateway refuses")
                .register(registry);
        shards = new ShardTables(kafka, false);
        QueuedThreadPool threads = GatewayServer.threads(settings);
        Ingest ingest = new Ingest(
                publisher,
                new IngestMetrics(registry, rejections),
                rates,
                full,
                shards,
                limits,
                kafka.partitions(),
                GatewayServer.workers(settings),
                Runtime.getRuntime().availableProcessors(),
                threads);
        KeyUses uses = new KeyUses(clock);
        keyUses = new KeyUseReporter(kafka, uses);
        server = new GatewayServer(settings, control, uses, ingest, inFlight, threads, registry, clock::millis);
        reporting = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "gateway-rejections");
            thread.setDaemon(true);
            return thread;
        });
    }

    private Topics topics() {
        return Topics.of(settings.kafka());
    }

    private Producer<byte[], byte[]> connect() {
        GatewaySettings.Publishing publishing = settings.publishing();
        Map<String, Object> config = KafkaClients.producer(settings.kafka(), "millrace-gateway");
        config.put(ProducerConfig.LINGER_MS_CONFIG, publishing.linger().toMillis());
        config.put(ProducerConfig.BATCH_SIZE_CONFIG, publishing.batchSize().toIntBytes());
        config.put(
                ProducerConfig.COMPRESSION_TYPE_CONFIG,
                publishing.compression().name().toLowerCase(Locale.ROOT));
        config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_REQUEST_BYTES);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int)
                publishing.deliveryTimeout().toMillis());
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int)
                publishing.requestTimeout().toMillis());
        // Records on their way are bounded by in-flight.total, so that the buffer never fills and send does not wait;
        // partitions are rounded up to whole batches, hence the half more.
        long buffer = settings.inFlight().total().bytes();
        config.put(
                ProducerConfig.BUFFER_MEMORY_CONFIG,
                buffer
                        + buffer / 2
                        + settings.kafka().partitions() * publishing.batchSize().bytes());
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 1_000);
        // an instance that writes nothing for five minutes must not wait for metadata then
        config.put(ProducerConfig.METADATA_MAX_IDLE_CONFIG, TimeUnit.DAYS.toMillis(7));
        return new KafkaProducer<>(config);
    }

    @Override
    public String name() {
        return "gateway";
    }

    /** Makes sure of the topics, connects, and listens, in this order: who can connect gets an answer from Kafka. */
    @Override
    public void start() throws Exception {
        TopicAdmin.ensure(settings.kafka());
        publisher.start();
        keyUses.start();
        usage.start();
        admission.start();
        shards.start();
        if (!shards.awaitReady(settings.kafka().startTimeout())) {
            log.warn("the topic {} is not read yet, writes are answered with 503 until it is", topics().shards());
        }
        reports.start();
        server.start();
        var unused = reporting.scheduleWithFixedDelay(this::report, REPORT_SECONDS, REPORT_SECONDS, TimeUnit.SECONDS);
        log.info("gateway listens internal={} internet={}", server.internalPort(), server.internetPort());
    }

    private void report() {
        try {
            rejections.flush();
        } catch (RuntimeException e) {
            log.error("rejections not reported", e);
        }
    }

    /** The port of the internal listener after {@link #start}; -1 when there is none. */
    public int internalPort() {
        return server.internalPort();
    }

    /** The port of the internet listener after {@link #start}; -1 when there is none. */
    public int internetPort() {
        return server.internetPort();
    }

    @Override
    public Health check() {
        if (!server.isRunning()) {
            return Health.notReady("not listening");
        }
        if (!shards.ready()) {
            return shards.check();
        }
        @Nullable String trouble = publisher.trouble();
        return trouble == null ? Health.READY : Health.notReady("Kafka does not acknowledge: " + trouble);
    }

    @Override
    public void close() {
        server.close();
        keyUses.close();
        reports.close();
        usage.close();
        admission.close();
        shards.close();
        reporting.shutdownNow();
        report();
        publisher.close();
    }
}
