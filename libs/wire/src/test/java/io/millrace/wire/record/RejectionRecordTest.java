package io.millrace.wire.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.RefusedItem;
import io.millrace.model.TenantId;
import io.millrace.wire.MalformedException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class RejectionRecordTest {
    private static final RejectionRecord RECORD = new RejectionRecord(
            new TenantId("shop"),
            RejectionRecord.Origin.PROCESSOR,
            1,
            2,
            3,
            "millrace-too-old",
            "up",
            "up{job=\"ä\"}",
            RefusedItem.sample(4, Double.doubleToRawLongBits(1.5)),
            "too old");

    @Test
    void shouldKeepItsLayout() {
        assertThat(new String(RECORD.key(), StandardCharsets.UTF_8)).isEqualTo("shop");
        assertThat(HexFormat.of().formatHex(RECORD.value()))
                .isEqualTo("02" + "01" + "0100000000000000" + "0200000000000000" + "0300000000000000"
                        + "01" + "0400000000000000" + "000000000000f83f"
                        + "10" + "6d696c6c726163652d746f6f2d6f6c64"
                        + "02" + "7570"
                        + "0c" + "75707b6a6f623d22c3a4227d"
                        + "07" + "746f6f206f6c64");
    }

    @Test
    void shouldReadWhatItWrote() {
        assertThat(RejectionRecord.decode(RECORD.key(), RECORD.value())).isEqualTo(RECORD);
    }

    @Test
    void shouldReadWhatAnEarlierReleaseWrote() {
        byte[] value = HexFormat.of()
                .parseHex("01" + "01" + "0100000000000000" + "0200000000000000" + "0300000000000000"
                        + "10" + "6d696c6c726163652d746f6f2d6f6c64"
                        + "02" + "7570"
                        + "0c" + "75707b6a6f623d22c3a4227d"
                        + "07" + "746f6f206f6c64");

        RejectionRecord read = RejectionRecord.decode(RECORD.key(), value);

        assertThat(read.item()).isEqualTo(RefusedItem.NONE);
        assertThat(read.message()).isEqualTo("too old");
    }

    @Test
    void shouldCutLongTextBetweenCharacters() {
        RejectionRecord longOne = new RejectionRecord(
                RECORD.tenant(),
                RECORD.origin(),
                1,
                2,
                3,
                "r",
                "x".repeat(2000),
                "😀".repeat(600),
                RefusedItem.NONE,
                "ä".repeat(1000));

        RejectionRecord read = RejectionRecord.decode(longOne.key(), longOne.value());

        assertThat(read.metric()).isEqualTo("x".repeat(1024));
        assertThat(read.series()).isEqualTo("😀".repeat(256));
        assertThat(read.message()).isEqualTo("ä".repeat(512));
    }

    @Test
    void shouldRefuseEveryCut() {
        byte[] value = RECORD.value();
        for (int length = 0; length < value.length; length++) {
            byte[] cut = Arrays.copyOf(value, length);
            assertThatThrownBy(() -> RejectionRecord.decode(RECORD.key(), cut)).isInstanceOf(MalformedException.class);
        }
        byte[] longer = Arrays.copyOf(value, value.length + 1);
        assertThatThrownBy(() -> RejectionRecord.decode(RECORD.key(), longer)).isInstanceOf(MalformedException.class);
    }
}
