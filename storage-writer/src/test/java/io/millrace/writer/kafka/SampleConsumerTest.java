package io.millrace.writer.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.writer.partition.WriterMetrics;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.junit.jupiter.api.Test;

class SampleConsumerTest {
    private final Deque<KafkaException> failures = new ArrayDeque<>();
    private final List<Long> pauses = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private int memberships;

    /** Of one thread: whoever has no more failures to meet asks it to stop. */
    private final SampleConsumer consumer = new SampleConsumer(
            this::join,
            "samples",
            "series",
            start -> {
                throw new AssertionError("nothing is assigned");
            },
            new SeriesReader(
                    () -> {
                        throw new AssertionError("not started");
                    },
                    noAdmin(),
                    "series"),
            new WriterMetrics(new SimpleMeterRegistry()),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            this::pause);

    @SuppressWarnings("NullAway") // never asked: nothing is assigned
    private static Admin noAdmin() {
        return null;
    }

    private Consumer<byte[], byte[]> join() {
        memberships++;
        MockConsumer<byte[], byte[]> made = new MockConsumer<>("earliest");
        KafkaException failure = failures.poll();
        if (failure == null) {
            made.schedulePollTask(this::stop);
        } else {
            made.setPollException(failure);
        }
        return made;
    }

    private void stop() {
        consumer.stop();
    }

    private void pause(long millis) {
        pauses.add(millis);
        problems.add(Objects.requireNonNullElse(consumer.problem(), ""));
    }

    @Test
    void shouldJoinAgainWhenItIsThrownOutOfTheGroup() {
        // given: a broker that took us for another one of our name, three times
        for (int i = 0; i < 3; i++) {
            failures.add(new FencedInstanceIdException("another consumer with the same group.instance.id"));
        }
        // when
        consumer.run();
        // then: it does not give up, and waits longer each time
        assertThat(memberships).isEqualTo(4);
        assertThat(pauses).containsExactly(1_000L, 2_000L, 4_000L);
        assertThat(problems).allMatch(problem -> problem.contains("internal.advertised-address"));
    }

    @Test
    void shouldJoinAgainWhenTheBrokerFails() {
        failures.add(new KafkaException("the coordinator is gone"));
        consumer.run();
        assertThat(memberships).isEqualTo(2);
        assertThat(problems).containsExactly("no membership in the group: the coordinator is gone");
    }
}
