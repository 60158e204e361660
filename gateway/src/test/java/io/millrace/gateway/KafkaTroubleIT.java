package io.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.Labels;
import io.millrace.runtime.Health;
import io.millrace.testkit.TestKafka;
import io.millrace.testkit.remotewrite.RemoteWriteRequest;
import io.millrace.testkit.remotewrite.WriteSeries;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KafkaTroubleIT {
    private static final int SENDERS = 4;
    private static final int SERIES_PER_REQUEST = 20;

    private RunningGateway gateway;
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final Map<Integer, AtomicInteger> statuses = new ConcurrentHashMap<>();
    private final AtomicBoolean stop = new AtomicBoolean();
    private final List<Thread> senders = new ArrayList<>();
    private final List<Throwable> failures = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        gateway = new RunningGateway(
                TestKafka.bootstrapServers(),
                Map.of(
                        "MILLRACE_GATEWAY_PUBLISHING_DELIVERY_TIMEOUT", "3s",
                        "MILLRACE_GATEWAY_PUBLISHING_REQUEST_TIMEOUT", "1s"));
        gateway.control.markReady();
    }

    @AfterEach
    void stop() throws Exception {
        TestKafka.node().resume();
        stopSenders();
        gateway.close();
    }

    @Test
    void shouldSay503WhileKafkaIsAwayAndLoseNothingItAcknowledged() throws Exception {
        startSenders();
        await(204, 20);

        TestKafka.node().pause();
        int before = count(503);
        await(503, before + SENDERS);
        assertThat(gateway.service.check())
                .satisfies(health -> assertThat(health.ready()).isFalse())
                .satisfies(health -> assertThat(health.reason()).startsWith("Kafka does not acknowledge"));

        TestKafka.node().resume();
        await(204, count(204) + 20);
        stopSenders();

        assertThat(failures).isEmpty();
        assertThat(statuses.keySet()).containsOnly(204, 503);
        assertThat(gateway.service.check()).isEqualTo(Health.READY);
        assertEverythingAcknowledgedIsThere();
    }

    @Test
    void shouldLoseNothingWhenTheBrokerIsKilled() throws Exception {
        startSenders();
        await(204, 20);

        TestKafka.node().kill();
        await(503, 1);
        TestKafka.node().restart();
        await(204, count(204) + 20);
        stopSenders();

        assertThat(failures).isEmpty();
        assertThat(statuses.keySet()).containsOnly(204, 503);
        assertEverythingAcknowledgedIsThere();
    }

    private void assertEverythingAcknowledgedIsThere() {
        Set<String> stored = gateway.received(RunningGateway.SHOP).series().keySet().stream()
                .map(labels -> labels.get("id"))
                .collect(Collectors.toSet());
        assertThat(acknowledged).isNotEmpty();
        assertThat(stored).containsAll(acknowledged);
    }

    private void startSenders() {
        for (int i = 0; i < SENDERS; i++) {
            int sender = i;
            Thread thread = new Thread(() -> send(sender), "sender-" + i);
            senders.add(thread);
            thread.start();
        }
    }

    private void send(int sender) {
        for (int request = 0; !stop.get(); request++) {
            List<WriteSeries> series = new ArrayList<>();
            List<String> ids = new ArrayList<>();
            for (int i = 0; i < SERIES_PER_REQUEST; i++) {
                String id = sender + "-" + request + "-" + i;
                ids.add(id);
                series.add(WriteSeries.of(Labels.of("__name__", "numbered", "id", id))
                        .sample(System.currentTimeMillis(), 1));
            }
            try {
                HttpResponse<String> response = Sender.to(gateway).send1(RemoteWriteRequest.of(series));
                statuses.computeIfAbsent(response.statusCode(), absent -> new AtomicInteger())
                        .incrementAndGet();
                if (response.statusCode() == 204) {
                    acknowledged.addAll(ids);
                } else {
                    assertThat(response.headers().firstValue("Retry-After")).isPresent();
                    assertThat(response.body()).startsWith("millrace-unavailable: Kafka does not acknowledge");
                }
            } catch (Exception | AssertionError e) {
                synchronized (failures) {
                    failures.add(e);
                }
            }
        }
    }

    private void stopSenders() throws InterruptedException {
        stop.set(true);
        for (Thread sender : senders) {
            sender.join(30_000);
        }
    }

    private int count(int status) {
        AtomicInteger counter = statuses.get(status);
        return counter == null ? 0 : counter.get();
    }

    private void await(int status, int count) {
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> count(status) >= count);
    }
}
