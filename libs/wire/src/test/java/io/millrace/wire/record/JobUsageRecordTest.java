package io.millrace.wire.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.TenantId;
import io.millrace.wire.MalformedException;
import io.millrace.wire.record.UsageRecord.Hour;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class JobUsageRecordTest {
    private static final JobUsageRecord RECORD = new JobUsageRecord(
            new TenantId("demo"), 1, "nöde", 1, 2, 300, 4, new Hour(6, 7, 0, 8, 9), new Hour(5, 1, 0, 2, 3));

    @Test
    void shouldReadWhatItWrote() {
        assertThat(JobUsageRecord.decode(RECORD.key(), RECORD.value())).isEqualTo(RECORD);
    }

    @Test
    void shouldWriteTheDocumentedBytes() {
        assertThat(HexFormat.of().formatHex(RECORD.key())).isEqualTo("010464656d6f00000001056ec3b66465");
        assertThat(HexFormat.of().formatHex(RECORD.value()))
                .isEqualTo("010101020205ac0209041006110713081409180519011b021c03");
    }

    @Test
    void shouldRefuseOtherBytes() {
        assertThatThrownBy(() -> JobUsageRecord.decode(null, RECORD.value())).isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> JobUsageRecord.decode(RECORD.key(), new byte[] {7}))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("version 7");
    }
}
