package io.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.RejectReason;
import io.millrace.model.TenantLimits;
import io.millrace.testkit.TestKafka;
import io.millrace.testkit.remotewrite.RemoteWriteRequest;
import io.millrace.testkit.remotewrite.WriteSeries;
import io.millrace.wire.record.RejectionRecord;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two gateways and one tenant that sends more than it may. */
class RateLimitIT {
    private static final int LIMIT = 2_000;
    private static final int PER_REQUEST = 50;
    private static final Duration FLOOD = Duration.ofSeconds(6);

    private final List<RunningGateway> gateways = new ArrayList<>();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong kept = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong firstRefusal = new AtomicLong(Long.MAX_VALUE);
    private final ConcurrentLinkedQueue<String> unexpected = new ConcurrentLinkedQueue<>();

    @BeforeEach
    void start() throws Exception {
        String prefix = "rates-" + UUID.randomUUID() + "-";
        for (int i = 0; i < 2; i++) {
            RunningGateway gateway = new RunningGateway(
                    TestKafka.bootstrapServers(), Map.of("MILLRACE_GATEWAY_KAFKA_TOPIC_PREFIX", prefix));
            gateway.limit(RunningGateway.SHOP, TenantLimits.DEFAULT.withRates(LIMIT, 1_000, 1));
            gateway.control.markReady();
            gateways.add(gateway);
        }
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> gateways.stream()
                        .allMatch(gateway -> gateway.registry
                                        .get("millrace.gateway.live.gateways")
                                        .gauge()
                                        .value()
                                == 2));
    }

    @AfterEach
    void stop() {
        gateways.forEach(RunningGateway::close);
    }

    @Test
    void shouldHoldTheLimitOverTwoGatewaysAndAccountForEverySample() throws Exception {
        // when: ten times what it may, three quarters of it to one gateway
        long start = System.nanoTime();
        flood(start + FLOOD.toNanos(), 0, 0, 0, 1);
        double seconds = (System.nanoTime() - start) / 1e9;
        assertThat(unexpected).isEmpty();
        assertThat(Duration.ofNanos(firstRefusal.get() - start)).isLessThan(Duration.ofSeconds(2));

        // then: a request of the size of the flood's soon passes again
        long recovery = System.nanoTime();
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(200))
                .until(() -> send(gateways.get(1), "after", 0) == 204);
        assertThat(Duration.ofNanos(System.nanoTime() - recovery)).isLessThan(Duration.ofSeconds(10));

        // and the limit has been held: the seconds, the bursts of the beginning, and the overshoot that is allowed for
        assertThat(kept.get()).isLessThan((long) (LIMIT * (seconds + 3))).isGreaterThan((long) (LIMIT * seconds / 2));

        // and nothing is missing in what was kept and what the ledger says
        gateways.forEach(RunningGateway::close);
        assertThat(gateways.get(0).received(RunningGateway.SHOP).samples()).isEqualTo((int) kept.get());
        List<RejectionRecord> ledger = gateways.get(0).rejections().stream()
                .filter(record -> record.reason().equals(RejectReason.RATE_LIMITED.id()))
                .toList();
        assertThat(ledger.stream().mapToLong(RejectionRecord::samples).sum()).isEqualTo(refused.get());
        assertThat(kept.get() + refused.get()).isEqualTo(sent.get());
        // and a flood is a trickle there
        assertThat(ledger.size()).isLessThan((int) (gateways.size() * (seconds + 30)));
    }

    @Test
    void shouldSayWhatTheLimitIsAndWhenToComeBack() throws Exception {
        // given
        RunningGateway gateway = gateways.get(0);
        HttpResponse<String> response = null;

        // when
        for (int i = 0; i < 200 && (response == null || response.statusCode() == 204); i++) {
            response = Sender.to(gateway).send2(request("text", i));
        }

        // then
        assertThat(response).isNotNull();
        assertThat(response.statusCode()).isEqualTo(429);
        assertThat(response.body())
                .isEqualTo("millrace-rate-limited: 50 samples refused, nothing of the request is kept: the instance may"
                        + " send 2000 samples a second, over all gateways; set retry_on_http_429 in queue_config, or ask"
                        + " for a higher limit\n");
        assertThat(response.headers().firstValueAsLong("Retry-After").orElse(0)).isBetween(1L, 32L);
        assertThat(Sender.written(response)).isEqualTo("0/0/0");
        assertThat(gateway.counter(
                        "millrace.rejected.samples", "tenant", RunningGateway.SHOP.value(), "reason", "rate-limited"))
                .isEqualTo(PER_REQUEST);
    }

    @Test
    void shouldLetAHigherLimitBeInForceAtOnce() throws Exception {
        // given
        RunningGateway gateway = gateways.get(0);
        for (int i = 0; i < 200 && send(gateway, "raised", i) == 204; i++) {
            assertThat(i).isLessThan(199);
        }

        // when
        gateway.limit(RunningGateway.SHOP, TenantLimits.DEFAULT);

        // then
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> send(gateway, "raised", 0) == 204);
    }

    private void flood(long end, int... targets) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < targets.length; i++) {
            RunningGateway gateway = gateways.get(targets[i]);
            String sender = "s" + i;
            Thread thread = new Thread(() -> {
                try {
                    for (int number = 0; System.nanoTime() < end; number++) {
                        send(gateway, sender, number);
                        Thread.sleep(10);
                    }
                } catch (Exception e) {
                    unexpected.add(e.toString());
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private int send(RunningGateway gateway, String sender, int number) throws Exception {
        HttpResponse<String> response = Sender.to(gateway).send1(request(sender, number));
        sent.addAndGet(PER_REQUEST);
        if (response.statusCode() == 204) {
            kept.addAndGet(PER_REQUEST);
        } else if (response.statusCode() == 429) {
            refused.addAndGet(PER_REQUEST);
            firstRefusal.accumulateAndGet(System.nanoTime(), Math::min);
        } else {
            unexpected.add(response.statusCode() + " " + response.body());
        }
        return response.statusCode();
    }

    private static RemoteWriteRequest request(String sender, int number) {
        List<WriteSeries> series = new ArrayList<>();
        for (int i = 0; i < PER_REQUEST; i++) {
            series.add(WriteSeries.of("__name__", "flood", "sender", sender, "series", Integer.toString(i))
                    .sample(System.currentTimeMillis() + number, number));
        }
        return RemoteWriteRequest.of(series);
    }
}
