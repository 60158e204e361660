package io.millrace.wire.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.TenantId;
import io.millrace.wire.Damage;
import io.millrace.wire.MalformedException;
import io.millrace.wire.record.ShardRecord.Passed;
import io.millrace.wire.record.ShardRecord.Phase;
import io.millrace.wire.record.ShardRecord.State;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ShardRecordTest {
    private static final TenantId DEMO = new TenantId("demo");
    private static final State STATE = new State(DEMO, 3, Phase.CLOSING, 4, 8, 1_700_000_000_000L);
    private static final Passed PASSED = new Passed(DEMO, 2, 3, 1_700_000_000_000L, 300, filter());

    private static KnownSeries filter() {
        KnownSeries.Builder builder = new KnownSeries.Builder(1);
        builder.add(0x8000000000000000L, 0);
        return builder.build();
    }

    @Test
    void shouldWriteTheDocumentedBytes() {
        HexFormat hex = HexFormat.of();
        assertThat(hex.formatHex(STATE.key().encode())).isEqualTo("01" + "04" + "64656d6f" + "ffffffff");
        assertThat(hex.formatHex(STATE.value())).isEqualTo("01" + "01" + "03" + "04" + "08" + "0000018bcfe56800");
        assertThat(hex.formatHex(PASSED.key().encode())).isEqualTo("01" + "04" + "64656d6f" + "00000002");
        assertThat(hex.formatHex(PASSED.value())).isEqualTo("01" + "03" + "0000018bcfe56800" + "ac02" + "02" + "0001");
    }

    @Test
    void shouldReadWhatItWrote() {
        assertThat(ShardRecord.Key.decode(STATE.key().encode())).isEqualTo(STATE.key());
        assertThat(ShardRecord.decode(STATE.key(), STATE.value())).isEqualTo(STATE);
        assertThat(ShardRecord.Key.decode(PASSED.key().encode())).isEqualTo(PASSED.key());
        assertThat(ShardRecord.decode(PASSED.key(), PASSED.value())).isEqualTo(PASSED);
    }

    @Test
    void shouldRefuseOtherVersionsAndAChangeToLess() {
        byte[] narrower = new State(DEMO, 3, Phase.CLOSING, 4, 2, 0).value();

        assertThatThrownBy(() -> ShardRecord.decode(STATE.key(), new byte[] {2, 0, 0, 0}))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("version 2");
        assertThatThrownBy(() -> ShardRecord.decode(STATE.key(), narrower)).isInstanceOf(MalformedException.class);
    }

    @Test
    void shouldReadEpochsOfHeaders() {
        assertThat(ShardHeaders.decode(null)).isZero();
        assertThat(ShardHeaders.decode(ShardHeaders.encode(300))).isEqualTo(300);
        assertThatThrownBy(() -> ShardHeaders.decode(new byte[] {1, 2})).isInstanceOf(MalformedException.class);
    }

    @Property(tries = 200)
    void copesWithDamage(@ForAll long seed) {
        Damage.assertCopes(STATE.value(), seed, bytes -> ShardRecord.decode(STATE.key(), bytes));
        Damage.assertCopes(PASSED.value(), seed, bytes -> ShardRecord.decode(PASSED.key(), bytes));
        Damage.assertCopes(STATE.key().encode(), seed, ShardRecord.Key::decode);
        Damage.assertCopes(ShardHeaders.encode(300), seed, ShardHeaders::decode);
    }
}
