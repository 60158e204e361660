package io.millrace.gateway.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.gateway.limits.FullTenants;
import io.millrace.gateway.limits.LiveGateways;
import io.millrace.gateway.limits.RateLimiter;
import io.millrace.model.RejectReason;
import io.millrace.model.TenantId;
import io.millrace.model.TenantLimits;
import io.millrace.runtime.policy.TenantPolicy;
import io.millrace.runtime.shards.Shards;
import io.millrace.testkit.remotewrite.RemoteWriteRequest;
import io.millrace.wire.remotewrite.MessageType;
import io.millrace.wire.remotewrite.RequestLimits;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** Bodies that are refused, so that nothing is published. */
class IngestTest {
    private static final TenantId DEMO = new TenantId("demo");
    private static final int PARTITIONS = 2;

    private final InFlightBytes inFlight = new InFlightBytes(64 << 20, 64 << 20);
    private final Queue<Runnable> executor = new ArrayDeque<>();
    private final List<Outcome> outcomes = new ArrayList<>();

    @Test
    void shouldDecodeOnTheThreadOfTheCallerWhenTheBodyIsNotLarge() {
        // given
        Ingest ingest = ingest(executor::add);

        // when
        ingest.accept(zeros(Ingest.LARGE_BYTES), outcomes::add);

        // then
        assertThat(outcomes).singleElement().satisfies(IngestTest::isBadProtobuf);
        assertThat(executor).isEmpty();
    }

    @Test
    void shouldLeaveALargeBodyToTheExecutor() {
        // given
        Ingest ingest = ingest(executor::add);

        // when
        ingest.accept(zeros(Ingest.LARGE_BYTES + 1), outcomes::add);

        // then
        assertThat(outcomes).isEmpty();
        executor.remove().run();
        assertThat(outcomes).singleElement().satisfies(IngestTest::isBadProtobuf);
        assertThat(inFlight.total()).isZero();
    }

    @Test
    void shouldSayUnavailableWhenTheExecutorTakesNoMore() {
        // given
        Ingest ingest = ingest(task -> {
            throw new RejectedExecutionException("on purpose");
        });

        // when
        ingest.accept(zeros(Ingest.LARGE_BYTES + 1), outcomes::add);

        // then
        assertThat(outcomes).containsExactly(new Outcome.Unavailable("the gateway stops"));
        assertThat(inFlight.total()).isZero();
    }

    private static void isBadProtobuf(Outcome outcome) {
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(RejectReason.BAD_PROTOBUF));
    }

    private Ingest.Body zeros(int bytes) {
        byte[] body = RemoteWriteRequest.snappy(new byte[bytes]);
        return new Ingest.Body(
                DEMO,
                TenantLimits.DEFAULT,
                MessageType.WRITE_REQUEST_V1,
                body,
                body.length,
                1_000,
                inFlight.open(DEMO));
    }

    private Ingest ingest(Executor forLarge) {
        MeterRegistry registry = new SimpleMeterRegistry();
        RejectionReporter rejections = new RejectionReporter((rejection, done) -> {}, registry);
        return new Ingest(
                (tenant, receivedMs, epoch, batches, done) -> {
                    throw new AssertionError("nothing is valid");
                },
                new IngestMetrics(registry, rejections),
                new RateLimiter(new LiveGateways("this"), tenant -> 0, registry, () -> 0),
                new FullTenants(() -> 0, tenant -> TenantPolicy.DEFAULT),
                Shards.none(PARTITIONS),
                RequestLimits.DEFAULT,
                PARTITIONS,
                1,
                1,
                forLarge);
    }
}
