package io.millrace.gateway.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.model.TenantId;
import io.millrace.model.TenantLimits;
import io.millrace.wire.record.GatewayReport;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RateLimiterTest {
    private static final TenantId TENANT = new TenantId("shop");
    private static final TenantLimits LIMITS = TenantLimits.DEFAULT.withRates(10_000, 1_000, 1);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final List<LiveGateways> live = new ArrayList<>();
    private final List<RateLimiter> limiters = new ArrayList<>();
    private long nowMs;

    /** Gateways that hear each other's reports at once. */
    private void gateways(int count) {
        for (int i = 0; i < count; i++) {
            live.add(new LiveGateways("g" + i));
            limiters.add(new RateLimiter(live.get(i), tenant -> 900_000, registry, () -> nowMs * 1_000_000));
        }
    }

    private void tick() {
        for (int i = 0; i < limiters.size(); i++) {
            GatewayReport report = limiters.get(i).report("g" + i);
            live.forEach(view -> view.heard(GatewayReport.decode(report.key(), report.value()), nowMs));
        }
    }

    /** Sends for a time, to each gateway so many samples a second in requests of 100. Returns what was let through. */
    private long send(int seconds, int... perSecond) {
        long granted = 0;
        long end = nowMs + seconds * 1000L;
        for (; nowMs < end; nowMs += 10) {
            if (nowMs % 500 == 0) {
                tick();
            }
            for (int i = 0; i < perSecond.length; i++) {
                int requests = perSecond[i] / 10_000;
                for (int request = 0; request < requests; request++) {
                    granted += limiters.get(i).take(TENANT, LIMITS, 100) == RateVerdict.GRANTED ? 100 : 0;
                }
            }
        }
        return granted;
    }

    @Test
    void shouldLetThroughWhatIsWithinTheLimit() {
        // given
        gateways(1);

        // when
        long granted = send(10, 10_000);

        // then
        assertThat(granted).isEqualTo(100_000);
    }

    @Test
    void shouldHoldTheLimitOverAllGateways() {
        // given
        gateways(3);

        // when
        long granted = send(60, 50_000, 20_000, 20_000);

        // then: the limit for a minute, the burst, and what the gateways let through before they knew of each other
        assertThat(granted).isBetween(580_000L, 620_000L);
    }

    @Test
    void shouldLetOneGatewayUseTheLimitAlone() {
        // given
        gateways(3);

        // when
        send(3, 10_000, 0, 0);
        long granted = send(20, 10_000, 0, 0);

        // then
        assertThat(granted).isGreaterThan(180_000);
    }

    @Test
    void shouldOvershootByTheBurstOnlyWhenTheLoadMoves() {
        // given
        gateways(2);
        send(10, 20_000, 0);

        // when
        long granted = send(10, 0, 20_000);

        // then
        assertThat(granted).isBetween(85_000L, 120_000L);
    }

    @Test
    void shouldRefuseWithinTwoSecondsAndRecoverWithinTwo() {
        // given
        gateways(1);
        send(10, 10_000);

        // when
        long granted = send(2, 50_000);
        nowMs += 2_000;

        // then
        assertThat(granted).isLessThanOrEqualTo(30_000);
        assertThat(send(5, 10_000)).isEqualTo(50_000);
    }

    @Test
    void shouldForgetAGatewayThatSaysItStops() {
        // given
        gateways(2);
        tick();

        // when
        live.get(1).gone("g0");

        // then
        assertThat(live.get(0).count()).isEqualTo(2);
        assertThat(live.get(1).count()).isEqualTo(1);
    }

    @Test
    void shouldForgetAGatewayThatIsSilent() {
        // given
        gateways(2);
        tick();
        assertThat(live.get(1).count()).isEqualTo(2);

        // when
        nowMs += LiveGateways.SILENCE_MS + 1;
        GatewayReport own = limiters.get(1).report("g1");
        live.get(1).heard(own, nowMs);

        // then
        assertThat(live.get(1).count()).isEqualTo(1);
    }

    @Test
    void shouldKnowThatTheNextRequestWillBeRefusedToo() {
        // given
        gateways(1);
        limiters.get(0).take(TENANT, LIMITS, 9_950);
        assertThat(limiters.get(0).isExhausted(TENANT, LIMITS)).isFalse();

        // when
        limiters.get(0).take(TENANT, LIMITS, 100);

        // then
        assertThat(limiters.get(0).isExhausted(TENANT, LIMITS)).isTrue();
        nowMs += 10;
        assertThat(limiters.get(0).isExhausted(TENANT, LIMITS)).isFalse();
    }

    @Test
    void shouldLimitRequestsToo() {
        // given
        gateways(1);

        // when
        int granted = 0;
        RateVerdict last = RateVerdict.GRANTED;
        for (int i = 0; i < 3_000; i++) {
            last = limiters.get(0).take(TENANT, LIMITS, 0);
            granted += last == RateVerdict.GRANTED ? 1 : 0;
        }

        // then
        assertThat(granted).isEqualTo(1_000);
        assertThat(last)
                .isInstanceOfSatisfying(
                        RateVerdict.Refused.class,
                        refused -> assertThat(refused.limit()).contains("1000 requests a second"));
    }

    @Test
    void shouldShowHowMuchOfTheLimitIsUsedAndForgetIdleTenants() {
        // given
        gateways(1);
        send(10, 10_000);

        // then
        assertThat(used("samples-per-second")).isBetween(0.9, 1.1);
        assertThat(used("requests-per-second")).isBetween(0.09, 0.11);
        assertThat(used("active-series")).isEqualTo(0.9);

        // when
        for (int i = 0; i < 60; i++) {
            nowMs += 500;
            tick();
        }

        // then
        assertThat(registry.find("millrace.gateway.limit.used").gauges()).isEmpty();
    }

    private double used(String limit) {
        return registry.get("millrace.gateway.limit.used")
                .tag("limit", limit)
                .gauge()
                .value();
    }
}
