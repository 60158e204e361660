package io.millrace.gateway.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.Labels;
import io.millrace.model.RejectReason;
import io.millrace.model.TenantId;
import io.millrace.wire.labels.CanonicalLabels;
import io.millrace.wire.record.AdmissionRecord;
import io.millrace.wire.record.KnownSeries;
import io.millrace.wire.remotewrite.NotAdmitted;
import io.millrace.wire.remotewrite.PartitionedBatches.Admission;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FullTenantsTest {
    private static final TenantId DEMO = new TenantId("demo");
    private static final int PARTITION = 2;
    private static final long KNOWN = 0x1234_5678_0000_0000L;
    private static final long NEW = 0x7654_3210_0000_0000L;

    private long nanos;
    private final FullTenants tenants = new FullTenants(() -> nanos);

    private static AdmissionRecord full() {
        return record(RejectReason.MAX_ACTIVE_SERIES, 9);
    }

    private static AdmissionRecord stillFull() {
        return new AdmissionRecord(DEMO, PARTITION, RejectReason.MAX_ACTIVE_SERIES, 11, 9, List.of(), null);
    }

    private static AdmissionRecord record(RejectReason reached, long limit, String... metrics) {
        KnownSeries.Builder known = new KnownSeries.Builder(1);
        known.add(KNOWN, 0);
        return new AdmissionRecord(DEMO, PARTITION, reached, 10, limit, List.of(metrics), known.build());
    }

    private boolean passes(int partition, long id) {
        return why(partition, id, "up") == null;
    }

    private @Nullable NotAdmitted why(int partition, long id, String metric) {
        byte[] labels = CanonicalLabels.encode(Labels.of("__name__", metric));
        return tenants.of(DEMO).whyFull(partition, id, 0, labels, labels.length);
    }

    private void pass(Duration time) {
        nanos += time.toNanos();
    }

    @Test
    void shouldLetKnownSeriesPassAndSayWhyOthersDoNot() {
        tenants.heard(full());

        assertThat(passes(PARTITION, KNOWN)).isTrue();
        assertThat(why(PARTITION, NEW, "up"))
                .isEqualTo(new NotAdmitted(
                        RejectReason.MAX_ACTIVE_SERIES,
                        "the instance has 10 active series, its limit is 9; known series pass, this one is new"));
        assertThat(passes(PARTITION + 1, NEW)).isTrue();
        assertThat(tenants.of(new TenantId("other"))).isSameAs(Admission.ALL);
        assertThat(tenants.count()).isEqualTo(1);
    }

    @Test
    void shouldRefuseNewSeriesOfFullMetricsOnly() {
        tenants.heard(record(RejectReason.MAX_SERIES_PER_METRIC, 5, "up", "down"));

        assertThat(why(PARTITION, KNOWN, "up")).isNull();
        assertThat(why(PARTITION, NEW, "small")).isNull();
        assertThat(why(PARTITION, NEW, "up"))
                .isEqualTo(new NotAdmitted(
                        RejectReason.MAX_SERIES_PER_METRIC,
                        "the metric has as many active series as its limit of 5; known series pass, this one is new"));

        // when one of them has room again, the same series are known
        tenants.heard(
                new AdmissionRecord(DEMO, PARTITION, RejectReason.MAX_SERIES_PER_METRIC, 10, 5, List.of("down"), null));

        assertThat(why(PARTITION, NEW, "up")).isNull();
        assertThat(why(PARTITION, NEW, "down")).isNotNull();
    }

    @Test
    void shouldSayWhenThereAreTooManyNewSeries() {
        tenants.heard(record(RejectReason.MAX_NEW_SERIES, 60));

        assertThat(passes(PARTITION, KNOWN)).isTrue();
        assertThat(why(PARTITION, NEW, "up"))
                .isEqualTo(new NotAdmitted(
                        RejectReason.MAX_NEW_SERIES,
                        "the instance has as many new series in a minute as its limit of 60;"
                                + " known series pass, this one is new"));
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
