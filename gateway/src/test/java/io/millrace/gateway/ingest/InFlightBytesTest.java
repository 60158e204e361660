package io.millrace.gateway.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.gateway.ingest.InFlightBytes.Reservation;
import io.millrace.model.TenantId;
import org.junit.jupiter.api.Test;

class InFlightBytesTest {
    private final InFlightBytes inFlight = new InFlightBytes(100, 60);
    private final TenantId shop = new TenantId("shop");
    private final TenantId other = new TenantId("other");

    @Test
    void shouldNotLetOneTenantTakeEverything() {
        Reservation first = inFlight.open(shop);
        Reservation second = inFlight.open(shop);

        assertThat(first.grow(50)).isTrue();
        assertThat(second.grow(11)).isFalse();
        assertThat(second.grow(10)).isTrue();
        assertThat(inFlight.open(other).grow(40)).isTrue();
        assertThat(inFlight.total()).isEqualTo(100);
    }

    @Test
    void shouldHoldTheTotal() {
        assertThat(inFlight.open(shop).grow(60)).isTrue();
        Reservation refused = inFlight.open(other);

        assertThat(refused.grow(41)).isFalse();
        assertThat(inFlight.total()).isEqualTo(60);
        assertThat(refused.grow(40)).isTrue();
    }

    @Test
    void shouldGiveBackOnce() {
        Reservation reservation = inFlight.open(shop);
        reservation.grow(50);

        reservation.shrinkTo(20);
        assertThat(inFlight.total()).isEqualTo(20);
        reservation.shrinkTo(30);
        assertThat(inFlight.total()).isEqualTo(20);
        reservation.close();
        reservation.close();
        assertThat(inFlight.total()).isZero();
        assertThat(inFlight.open(shop).grow(60)).isTrue();
    }
}
