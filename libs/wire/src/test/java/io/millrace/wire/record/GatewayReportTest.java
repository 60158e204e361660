package io.millrace.wire.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.TenantId;
import io.millrace.wire.Damage;
import io.millrace.wire.MalformedException;
import io.millrace.wire.record.GatewayReport.Demand;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class GatewayReportTest {
    private static final GatewayReport REPORT =
            new GatewayReport("g1", Map.of(new TenantId("demo"), new Demand(1.5, 0.25)));

    @Test
    void shouldWriteTheDocumentedBytes() {
        assertThat(HexFormat.of().formatHex(REPORT.value())).isEqualTo("010104" + "64656d6f" + "dc0b" + "fa01");
    }

    @Test
    void shouldReadWhatItWrote() {
        assertThat(GatewayReport.decode(REPORT.key(), REPORT.value())).isEqualTo(REPORT);
    }

    @Test
    void shouldReportThoseThatAreOfferedMostWhenThereAreTooMany() {
        // given
        Map<TenantId, Demand> demands = new HashMap<>();
        for (int i = 0; i < GatewayReport.MAX_TENANTS + 1; i++) {
            demands.put(new TenantId("t" + i), new Demand(i + 1, 1));
        }

        // when
        byte[] value = new GatewayReport("g1", demands).value();

        // then
        assertThat(GatewayReport.decode(REPORT.key(), value).demands())
                .hasSize(GatewayReport.MAX_TENANTS)
                .doesNotContainKey(new TenantId("t0"));
    }

    @Test
    void shouldRefuseOtherVersionsAndIds() {
        assertThatThrownBy(() -> GatewayReport.decode(REPORT.key(), new byte[] {2, 0}))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("version 2");
        assertThatThrownBy(() -> GatewayReport.decode(new byte[0], REPORT.value()))
                .isInstanceOf(MalformedException.class);
    }

    @Property(tries = 200)
    void copesWithDamage(@ForAll long seed) {
        Damage.assertCopes(REPORT.value(), seed, bytes -> GatewayReport.decode(REPORT.key(), bytes));
    }
}
