package io.millrace.gateway.limits;

import io.millrace.runtime.kafka.KafkaSettings;
import io.millrace.runtime.kafka.TopicFollower;
import io.millrace.runtime.kafka.Topics;
import io.millrace.wire.MalformedException;
import io.millrace.wire.record.GatewayReport;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the other gateways twice a second what this one is offered, and hears it of them, through the topic {@code
 * gateways}. While Kafka is away nothing is told or heard; then nothing is let through either. {@link #start} and {@link
 * #close} belong to one thread.
 */
public final class GatewayReports implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(GatewayReports.class);

    private static final long PERIOD_MS = 500;

    /** Reports from before the start that are looked at: three seconds of 100 gateways. */
    private static final long NEWEST = 600;

    /** Publishes a report; a null value says that the gateway stops. What fails is made good by the next. */
    public interface Publisher {
        void publish(byte[] key, byte @Nullable [] value);
    }

    private final String gateway;
    private final RateLimiter limiter;
    private final LiveGateways gateways;
    private final Publisher publisher;
    private final TopicFollower follower;
    private final ScheduledExecutorService scheduler;

    /** Does nothing yet. */
    public GatewayReports(
            String gateway, RateLimiter limiter, LiveGateways gateways, KafkaSettings settings, Publisher publisher) {
        this.gateway = gateway;
        this.limiter = limiter;
        this.gateways = gateways;
        this.publisher = publisher;
        follower = new TopicFollower(settings, Topics.of(settings).gateways(), "gateway-reports", NEWEST, new Target());
        scheduler = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "gateway-limits");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Begins to tell and to listen. */
    public void start() {
        follower.start();
        var unused = scheduler.scheduleAtFixedRate(this::report, PERIOD_MS, PERIOD_MS, TimeUnit.MILLISECONDS);
    }

    private void report() {
        try {
            GatewayReport report = limiter.report(gateway);
            publisher.publish(report.key(), report.value());
        } catch (RuntimeException e) {
            log.error("rates not reported", e);
        }
    }

    @Override
    public void close() {
        scheduler.shutdownNow();
        follower.close();
        publisher.publish(gateway.getBytes(StandardCharsets.US_ASCII), null);
    }

    private final class Target implements TopicFollower.Target {
        @Override
        public void begin() {
            // reports are replaced by newer ones and forgotten by themselves
        }

        @Override
        public void apply(ConsumerRecord<byte[], byte[]> record) {
            try {
                if (record.value() == null) {
                    gateways.gone(new String(record.key(), StandardCharsets.ISO_8859_1));
                } else {
                    gateways.heard(GatewayReport.decode(record.key(), record.value()), record.timestamp());
                }
            } catch (MalformedException e) {
                log.error("gateway report ignored offset={}", record.offset(), e);
            }
        }

        @Override
        public void complete() {
            // nothing waits for the end
        }
    }
}
