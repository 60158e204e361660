package io.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.NativeHistogram;
import io.millrace.model.NativeHistogram.ResetHint;
import io.millrace.testkit.TestKafka;
import io.millrace.testkit.remotewrite.RemoteWriteRequest;
import io.millrace.testkit.remotewrite.WriteSeries;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Some thousand requests with damaged bytes through a running gateway, half of them damaged before they are compressed and
 * half after: each is answered, and never by a 5xx. 100,000 go through the decoder in {@code RemoteWritePropertiesTest}.
 */
class DamagedBodiesIT {
    private static final int REQUESTS = 1_000;

    private static RunningGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        gateway = new RunningGateway(TestKafka.bootstrapServers(), Map.of());
        gateway.control.markReady();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldAnswerEveryDamagedBodyAndKeepNothingBehind(boolean version2) throws Exception {
        // given
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] message = version2 ? request().version2() : request().version1();
        Map<Integer, Integer> statuses = new TreeMap<>();

        // when
        for (int i = 0; i < REQUESTS; i++) {
            byte[] body = i % 2 == 0
                    ? RemoteWriteRequest.snappy(damage(message, random))
                    : damage(RemoteWriteRequest.snappy(message), random);
            Sender sender = Sender.to(gateway);
            HttpResponse<String> response = version2 ? sender.v2().send(body) : sender.send(body);
            statuses.merge(response.statusCode(), 1, Integer::sum);
            assertThat(Sender.written(response))
                    .as("seed %d request %d", seed, i)
                    .matches(version2 ? "\\d+/\\d+/\\d+" : "-/-/-");
        }

        // then
        assertThat(statuses.keySet()).as("seed %d", seed).isSubsetOf(204, 400, 413);
        assertThat(statuses).containsKeys(204, 400);
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> gateway.registry
                                .get("millrace.gateway.in.flight.bytes")
                                .gauge()
                                .value()
                        == 0);
        // and what was kept can be read
        assertThat(gateway.received(RunningGateway.SHOP).samples()).isPositive();
    }

    private static RemoteWriteRequest request() {
        long now = System.currentTimeMillis();
        return RemoteWriteRequest.of(
                        WriteSeries.of("__name__", "up", "instance", "10.0.0.1:80", "job", "api")
                                .sample(now, 1),
                        WriteSeries.of("job", "api", "__name__", "not_sorted", "a", "ä")
                                .sample(now, 2)
                                .sample(now + 1, 3)
                                .exemplar(now, 1.5, "trace_id", "abc"),
                        WriteSeries.of("__name__", "latency", "job", "api")
                                .histogram(
                                        now,
                                        new NativeHistogram(
                                                true,
                                                ResetHint.UNKNOWN,
                                                0,
                                                0,
                                                1,
                                                6,
                                                12.5,
                                                new int[] {0, 2},
                                                new double[] {2, 3},
                                                new int[0],
                                                new double[0],
                                                new double[0]))
                                .metadata(3, "Latency", "seconds"))
                .metadata(1, "up", "Up or not", "");
    }

    private static byte[] damage(byte[] bytes, Random random) {
        byte[] damaged = bytes.clone();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            int at = random.nextInt(damaged.length);
            switch (random.nextInt(4)) {
                case 0 -> damaged[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> damaged[at] = (byte) random.nextInt();
                case 2 -> damaged = Arrays.copyOf(damaged, 1 + at);
                default -> Arrays.fill(damaged, at, Math.min(damaged.length, at + 1 + random.nextInt(9)), (byte) 0xff);
            }
        }
        return damaged;
    }
}
