package io.millrace.gateway.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.TenantId;
import io.millrace.wire.record.AdmissionRecord;
import io.millrace.wire.record.KnownSeries;
import io.millrace.wire.remotewrite.PartitionedBatches.Admission;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class FullTenantsTest {
    private static final TenantId DEMO = new TenantId("demo");
    private static final int PARTITION = 2;
    private static final long KNOWN = 0x1234_5678_0000_0000L;
    private static final long NEW = 0x7654_3210_0000_0000L;

    private long nanos;
    private final FullTenants tenants = new FullTenants(() -> nanos);

    private static AdmissionRecord full() {
        KnownSeries.Builder known = new KnownSeries.Builder(1);
        known.add(KNOWN, 0);
        return new AdmissionRecord(DEMO, PARTITION, 10, 9, known.build());
    }

    private static AdmissionRecord stillFull() {
        return new AdmissionRecord(DEMO, PARTITION, 11, 9, null);
    }

    private boolean passes(int partition, long id) {
        return tenants.of(DEMO).whyFull(partition, id, 0) == null;
    }

    private void pass(Duration time) {
        nanos += time.toNanos();
    }

    @Test
    void shouldLetKnownSeriesPassAndSayWhyOthersDoNot() {
        tenants.heard(full());

        assertThat(passes(PARTITION, KNOWN)).isTrue();
        assertThat(tenants.of(DEMO).whyFull(PARTITION, NEW, 0))
                .isEqualTo("the instance has 10 active series, its limit is 9; known series pass, this one is new");
        assertThat(passes(PARTITION + 1, NEW)).isTrue();
        assertThat(tenants.of(new TenantId("other")).whyFull(PARTITION, NEW, 0)).isNull();
        assertThat(tenants.count()).isEqualTo(1);
    }

    @Test
    void shouldLetAllPassAtOnceWhenThereIsRoom() {
        tenants.heard(full());

        tenants.opened(new AdmissionRecord.Key(DEMO, PARTITION));

        assertThat(passes(PARTITION, NEW)).isTrue();
        assertThat(tenants.count()).isZero();
    }

    @Test
    void shouldGoOnWithTheSameSeriesWhileThePartitionSaysSo() {
        tenants.heard(full());
        for (int i = 0; i < 10; i++) {
            pass(Duration.ofSeconds(1));
            tenants.heard(stillFull());
        }

        assertThat(passes(PARTITION, KNOWN)).isTrue();
        assertThat(passes(PARTITION, NEW)).isFalse();
    }

    @Test
    void shouldLetAllPassWhenThePartitionIsSilent() {
        tenants.heard(full());

        pass(Duration.ofSeconds(4));

        assertThat(passes(PARTITION, NEW)).isTrue();
        // and what is said then does not go on from before the silence
        tenants.heard(stillFull());
        assertThat(passes(PARTITION, NEW)).isTrue();
        tenants.heard(full());
        assertThat(passes(PARTITION, NEW)).isFalse();
    }

    @Test
    void shouldForgetPartitionsThatAreSilent() {
        tenants.heard(full());
        pass(Duration.ofSeconds(4));

        tenants.forgetSilent();

        assertThat(tenants.count()).isZero();
        assertThat(tenants.of(DEMO)).isSameAs(Admission.ALL);
    }
}
