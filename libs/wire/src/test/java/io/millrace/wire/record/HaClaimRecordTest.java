package io.millrace.wire.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.TenantId;
import io.millrace.wire.MalformedException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class HaClaimRecordTest {
    private static final HaClaimRecord CLAIM = new HaClaimRecord(new TenantId("demo"), "eu", "ä", 1, 2, 3, "b", 4, 5);

    @Test
    void shouldReadWhatItWrote() {
        assertThat(HaClaimRecord.decode(CLAIM.key(), CLAIM.value())).isEqualTo(CLAIM);
    }

    @Test
    void shouldWriteTheDocumentedBytes() {
        assertThat(HexFormat.of().formatHex(CLAIM.key())).isEqualTo("010464656d6f02657502c3a4");
        assertThat(HexFormat.of().formatHex(CLAIM.value()))
                .isEqualTo("01" + "0100000000000000" + "0200000000000000" + "0300000000000000" + "0162"
                        + "0400000000000000" + "0500000000000000");
    }

    @Test
    void shouldRefuseOtherBytes() {
        assertThatThrownBy(() -> HaClaimRecord.decode(null, CLAIM.value())).isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> HaClaimRecord.decode(CLAIM.key(), new byte[] {7}))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("version 7");
    }
}
