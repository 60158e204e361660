package io.millrace.gateway.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.Labels;
import io.millrace.model.RejectReason;
import io.millrace.model.SeriesId;
import io.millrace.model.TenantId;
import io.millrace.model.TenantLimits;
import io.millrace.runtime.control.ProcessingRules;
import io.millrace.runtime.control.ProcessingRules.HaReplicas;
import io.millrace.runtime.control.ProcessingRules.LongValues;
import io.millrace.runtime.policy.LabelRules;
import io.millrace.runtime.policy.TenantPolicy;
import io.millrace.runtime.relabel.RelabelException;
import io.millrace.runtime.relabel.RelabelRule;
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
    private TenantPolicy policy = TenantPolicy.DEFAULT;
    private final FullTenants tenants = new FullTenants(() -> nanos, tenant -> policy);

    private static AdmissionRecord full() {
        return record(RejectReason.MAX_ACTIVE_SERIES, 9);
    }

    private static AdmissionRecord stillFull() {
        return new AdmissionRecord(DEMO, PARTITION, RejectReason.MAX_ACTIVE_SERIES, 0, 11, 9, List.of(), null);
    }

    private static AdmissionRecord record(RejectReason reached, long limit, String... metrics) {
        KnownSeries.Builder known = new KnownSeries.Builder(1);
        known.add(KNOWN, 0);
        return new AdmissionRecord(DEMO, PARTITION, reached, 0, 10, limit, List.of(metrics), known.build());
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
        tenants.heard(new AdmissionRecord(
                DEMO, PARTITION, RejectReason.MAX_SERIES_PER_METRIC, 0, 10, 5, List.of("down"), null));

        assertThat(why(PARTITION, NEW, "up")).isNull();
        assertThat(why(PARTITION, NEW, "down")).isNotNull();
    }

    /** Rules that take the label {@code pod} away, and drop the metric {@code noise}. */
    private static LabelRules rules() throws RelabelException {
        return LabelRules.of(new ProcessingRules(
                DEMO,
                List.of("noise"),
                List.of(new RelabelRule(null, null, "pod", null, null, null, RelabelRule.Action.LABELDROP)),
                LongValues.REFUSE,
                new HaReplicas("cluster", "replica", Duration.ofSeconds(30))));
    }

    private AdmissionRecord fullOf(RejectReason reached, Labels known, String... metrics) {
        SeriesId id = CanonicalLabels.id(known);
        KnownSeries.Builder filter = new KnownSeries.Builder(1);
        filter.add(id.high(), id.low());
        long fingerprint = policy.rules().fingerprint(policy.limits());
        return new AdmissionRecord(DEMO, PARTITION, reached, fingerprint, 10, 9, List.of(metrics), filter.build());
    }

    private boolean passes(Labels series) {
        SeriesId id = CanonicalLabels.id(series);
        byte[] labels = CanonicalLabels.encode(series);
        return tenants.of(DEMO).whyFull(PARTITION, id.high(), id.low(), labels, labels.length) == null;
    }

    @Test
    void shouldKnowSeriesByTheLabelsThatTheTenantsRulesMakeOfThem() throws RelabelException {
        policy = new TenantPolicy(TenantLimits.DEFAULT, rules());
        tenants.heard(fullOf(RejectReason.MAX_ACTIVE_SERIES, Labels.of("__name__", "up", "job", "node")));

        assertThat(passes(Labels.of("__name__", "up", "job", "node", "pod", "a")))
                .isTrue();
        assertThat(passes(Labels.of("__name__", "up", "job", "other", "pod", "a")))
                .isFalse();
        // what is not refused for the limit is not refused here
        assertThat(passes(Labels.of("__name__", "noise", "job", "other"))).isTrue();
        assertThat(passes(Labels.of("__name__", "up", "cluster", "c", "replica", "r")))
                .isTrue();
    }

    @Test
    void shouldFindFullMetricsByTheNamesThatTheTenantsRulesGive() throws RelabelException {
        policy = new TenantPolicy(
                TenantLimits.DEFAULT,
                LabelRules.of(new ProcessingRules(
                        DEMO,
                        List.of(),
                        List.of(new RelabelRule(List.of("__name__"), null, "old", null, "__name__", "up", null)),
                        LongValues.REFUSE,
                        null)));
        tenants.heard(fullOf(RejectReason.MAX_SERIES_PER_METRIC, Labels.of("__name__", "up"), "up"));

        assertThat(passes(Labels.of("__name__", "old"))).isTrue();
        assertThat(passes(Labels.of("__name__", "old", "job", "new"))).isFalse();
        assertThat(passes(Labels.of("__name__", "other", "job", "new"))).isTrue();
    }

    @Test
    void shouldRefuseNothingWhileItHasOtherRulesThanTheProcessor() throws RelabelException {
        Labels fresh = Labels.of("__name__", "up", "job", "new");
        tenants.heard(fullOf(RejectReason.MAX_ACTIVE_SERIES, Labels.of("__name__", "up")));
        assertThat(passes(fresh)).isFalse();

        policy = new TenantPolicy(TenantLimits.DEFAULT, rules());

        assertThat(passes(fresh)).isTrue();
        tenants.heard(fullOf(RejectReason.MAX_ACTIVE_SERIES, Labels.of("__name__", "up")));
        assertThat(passes(fresh)).isFalse();
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
