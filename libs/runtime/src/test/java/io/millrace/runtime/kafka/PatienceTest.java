package io.millrace.runtime.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;

class PatienceTest {
    private final AtomicLong now = new AtomicLong();
    private final Patience patience = new Patience(
            TestKafkaSettings.of("kafka:9092"),
            now::get,
            millis -> now.addAndGet(Duration.ofMillis(millis).toNanos()));

    @Test
    void shouldAskAgainUntilTheBrokerAnswers() throws Exception {
        // given
        AtomicLong questions = new AtomicLong();

        // when
        String answer = patience.retrying("list topics", () -> {
            if (questions.incrementAndGet() < 5) {
                throw new ExecutionException(new TimeoutException("no"));
            }
            return "yes";
        });

        // then
        assertThat(answer).isEqualTo("yes");
    }

    @Test
    void shouldGiveUpWhenTheTimeIsOverAndSayWhatToCheck() {
        assertThatThrownBy(() -> patience.retrying("list topics", () -> {
                    throw new ExecutionException(new TimeoutException("timed out"));
                }))
                .isInstanceOf(TopicException.class)
                .hasMessage("cannot list topics: no answer from Kafka at kafka:9092 within 120 s (timed out);"
                        + " check that the broker runs and kafka.bootstrap-servers is right");
        assertThat(Duration.ofNanos(now.get())).isBetween(Duration.ofSeconds(120), Duration.ofSeconds(121));
    }

    @Test
    void shouldNotWaitForWhatDoesNotPass() {
        assertThatThrownBy(() -> patience.retrying("list topics", () -> {
                    throw new ExecutionException(new TopicAuthorizationException("no right"));
                }))
                .hasMessage("cannot list topics: no right");
        assertThat(now).hasValue(0);
    }

    @Test
    void shouldExplainTooFewBrokers() {
        assertThatThrownBy(() -> patience.retrying("make topic x", () -> {
                    throw new ExecutionException(new InvalidReplicationFactorException("only 1 broker"));
                }))
                .hasMessageContaining("set kafka.replication-factor and kafka.min-in-sync-replicas to 1");
    }
}
