package io.millrace.gateway;

import static io.millrace.gateway.RunningGateway.SHOP;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.testkit.TestKafka;
import io.millrace.testkit.remotewrite.RemoteWriteRequest;
import io.millrace.testkit.remotewrite.WriteSeries;
import io.millrace.wire.Shard;
import io.millrace.wire.record.ShardHeaders;
import io.millrace.wire.record.ShardRecord.Phase;
import io.millrace.wire.record.ShardRecord.State;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A gateway obeys what the topic {@code shards} says. */
class ShardIT {
    private static final int PARTITIONS = 8;
    private static final int SERIES = 400;

    private RunningGateway gateway;

    @BeforeEach
    void start() throws Exception {
        gateway = new RunningGateway(
                TestKafka.bootstrapServers(),
                Map.of("MILLRACE_GATEWAY_KAFKA_PARTITIONS", Integer.toString(PARTITIONS)));
        gateway.control.markReady();
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void shouldUseThePartitionsOfTheShardAndTakeNothingWhileItChanges() throws Exception {
        // given: a tenant that nothing was said of
        assertThat(send("before").statusCode()).isEqualTo(204);
        assertThat(partitionsOf("before", 0)).isEqualTo(numbers(Shard.all(PARTITIONS)));

        // when it is being spread
        say(new State(SHOP, 1, Phase.CLOSING, 2, 4, System.currentTimeMillis()));

        // then nothing is taken, and nothing refused
        Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            HttpResponse<String> response = send("meanwhile");
            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(response.headers().firstValue("Retry-After")).isPresent();
            assertThat(response.body()).contains("spread over more partitions");
        });
        Set<Integer> early = partitionsOf("meanwhile", 0);
        say(new State(SHOP, 1, Phase.PASSING, 2, 4, System.currentTimeMillis()));
        assertThat(send("meanwhile").statusCode()).isEqualTo(503);
        assertThat(partitionsOf("meanwhile", 0)).isEqualTo(early);
        assertThat(gateway.rejections()).isEmpty();

        // and when it has been spread
        say(new State(SHOP, 1, Phase.STEADY, 4, 0, System.currentTimeMillis()));
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(send("after").statusCode()).isEqualTo(204));

        // then its series are in the four partitions, and the records say by which epoch
        assertThat(partitionsOf("after", 1)).isEqualTo(numbers(Shard.of(SHOP, 4, PARTITIONS)));
    }

    private HttpResponse<String> send(String metric) throws Exception {
        List<WriteSeries> series = new ArrayList<>();
        long now = System.currentTimeMillis();
        for (int i = 0; i < SERIES; i++) {
            series.add(WriteSeries.of("__name__", metric, "i", "" + i).sample(now, i));
        }
        return Sender.to(gateway).send1(RemoteWriteRequest.of(series));
    }

    private void say(State state) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(KafkaClients.producer(gateway.settings.kafka(), "test"))) {
            producer.send(new ProducerRecord<>(
                            gateway.topics().shards(), 0, state.key().encode(), state.value()))
                    .get();
        }
    }

    /** Where series of a metric are; each record must say this epoch. */
    private Set<Integer> partitionsOf(String metric, long epoch) {
        return gateway.records(gateway.topics().received()).stream()
                .filter(record ->
                        new String(record.value(), java.nio.charset.StandardCharsets.ISO_8859_1).contains(metric))
                .peek(record -> assertThat(epoch(record)).isEqualTo(epoch))
                .map(ConsumerRecord::partition)
                .collect(Collectors.toSet());
    }

    private static long epoch(ConsumerRecord<byte[], byte[]> record) {
        var header = record.headers().lastHeader(ShardHeaders.EPOCH);
        return ShardHeaders.decode(header == null ? null : header.value());
    }

    private static Set<Integer> numbers(Shard shard) {
        return IntStream.of(shard.partitions()).boxed().collect(Collectors.toSet());
    }
}
