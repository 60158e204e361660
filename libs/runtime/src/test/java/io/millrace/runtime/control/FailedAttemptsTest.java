package io.millrace.runtime.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FailedAttemptsTest {
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5); // nanoTime may overflow at any moment
    private final FailedAttempts attempts = new FailedAttempts(now::get);

    @Test
    void shouldLimitAnAddressAfterTwentyFailuresWhateverTheKeys() throws Exception {
        // when
        int[] answers = IntStream.range(0, 25)
                .map(i -> attempts.failed(address("10.0.0.1"), "MK" + i))
                .toArray();

        // then
        assertThat(IntStream.of(answers).limit(20)).containsOnly(0);
        assertThat(IntStream.of(answers).skip(20)).containsOnly(6);
        assertThat(attempts.failed(address("10.0.0.2"), "MK")).isZero();
    }

    @Test
    void shouldLimitAKeyWhateverTheAddresses() {
        // when
        int[] answers = IntStream.range(0, 25)
                .map(i -> attempts.failed(address("10.0.0." + i), "MK"))
                .toArray();

        // then
        assertThat(IntStream.of(answers).limit(20)).containsOnly(0);
        assertThat(IntStream.of(answers).skip(20)).containsOnly(6);
    }

    @Test
    void shouldForgiveOneFailureEverySixSeconds() {
        // given
        IntStream.range(0, 20).forEach(i -> attempts.failed(address("10.0.0.1"), ""));
        int limited = attempts.failed(address("10.0.0.1"), "");

        // when
        now.addAndGet(TimeUnit.SECONDS.toNanos(4));
        int soon = attempts.failed(address("10.0.0.1"), "");
        now.addAndGet(TimeUnit.SECONDS.toNanos(2));
        int later = attempts.failed(address("10.0.0.1"), "");
        int again = attempts.failed(address("10.0.0.1"), "");

        // then
        assertThat(limited).isEqualTo(6);
        assertThat(soon).isEqualTo(2);
        assertThat(later).isZero();
        assertThat(again).isEqualTo(6);
    }

    @Test
    void shouldCountTheAddressesOfOneIpv6CustomerAsOne() {
        // when
        IntStream.range(0, 20).forEach(i -> attempts.failed(address("2001:db8:0:1::" + i), ""));

        // then
        assertThat(attempts.failed(address("2001:db8:0:1:ffff::1"), "")).isPositive();
        assertThat(attempts.failed(address("2001:db8:0:2::1"), "")).isZero();
    }

    @Test
    void shouldStayBoundedAndCountEverything() {
        // given
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        attempts.bindTo(registry);

        // when
        for (int i = 0; i < 30_000; i++) {
            attempts.failed(address("10." + i / 65536 + "." + i / 256 % 256 + "." + i % 256), "x".repeat(1000) + i);
        }

        // then: long keys count as one, so all but the first twenty are limited
        assertThat(registry.get("millrace.auth.failures").functionCounter().count())
                .isEqualTo(30_000);
        assertThat(registry.get("millrace.auth.failures.limited")
                        .functionCounter()
                        .count())
                .isEqualTo(29_980);
    }

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
