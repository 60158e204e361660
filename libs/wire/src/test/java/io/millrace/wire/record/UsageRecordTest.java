package io.millrace.wire.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.TenantId;
import io.millrace.wire.MalformedException;
import io.millrace.wire.record.UsageRecord.Hour;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class UsageRecordTest {
    private static final UsageRecord RECORD = new UsageRecord(
            new TenantId("demo"),
            5,
            1_763_812_800_123L,
            1000,
            1200,
            1300,
            5_000_000_000L,
            7,
            0,
            3,
            11,
            12,
            1L << 40,
            new Hour(489_948, 20, 3, 900, 1000),
            Hour.NONE);

    @Test
    void shouldReadWhatItWrote() {
        assertThat(UsageRecord.decode(RECORD.key(), RECORD.value())).isEqualTo(RECORD);
        assertThat(UsageRecord.Key.decode(RECORD.key())).isEqualTo(new UsageRecord.Key(new TenantId("demo"), 5));
    }

    @Test
    void shouldWriteTheDocumentedBytes() {
        UsageRecord small = new UsageRecord(
                new TenantId("demo"), 1, 1, 2, 2, 300, 4, 0, 0, 0, 0, 0, 0, new Hour(6, 7, 0, 0, 2), Hour.NONE);
        assertThat(HexFormat.of().formatHex(small.key())).isEqualTo("010464656d6f00000001");
        assertThat(HexFormat.of().formatHex(small.value())).isEqualTo("0101010202030204ac020504100611071402");
    }

    @Test
    void shouldSkipFieldsOfLaterVersions() {
        byte[] value = RECORD.value();
        byte[] longer = Arrays.copyOf(value, value.length + 5);
        longer[value.length] = 31;
        longer[value.length + 1] = 99;
        longer[value.length + 2] = (byte) 0xff;
        longer[value.length + 3] = 1;
        longer[value.length + 4] = 7;
        assertThat(UsageRecord.decode(RECORD.key(), longer)).isEqualTo(RECORD);
    }

    @Test
    void shouldRefuseOtherBytes() {
        byte[] value = RECORD.value();
        assertThatThrownBy(() -> UsageRecord.decode(RECORD.key(), Arrays.copyOf(value, value.length - 1)))
                .isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> UsageRecord.decode(new byte[] {2}, value)).isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> UsageRecord.decode(RECORD.key(), new byte[] {9}))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("version 9");
    }
}
