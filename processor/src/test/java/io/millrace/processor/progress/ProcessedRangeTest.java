package io.millrace.processor.progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.TenantId;
import io.millrace.wire.MalformedException;
import io.millrace.wire.record.UsageRecord;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class ProcessedRangeTest {
    private static final RecordMark MARK = RecordMark.of(300, "what was received".getBytes(StandardCharsets.UTF_8));
    private static final ProcessedRange RANGE =
            ProcessedRange.of(7, new RecordMark(301, 5, 0)).next(MARK);

    @Test
    void shouldHaveTheDocumentedBytes() {
        assertThat(HexFormat.of().formatHex(ProcessedRange.key())).isEqualTo("02");
        assertThat(HexFormat.of().formatHex(RANGE.value()))
                .isEqualTo("01" + "07" + "08" + "ad02" + "ac02" + "11" + "c4e94812");
        assertThat(ProcessedRange.decode(RANGE.value())).isEqualTo(RANGE);
    }

    @Test
    void shouldStandApartFromCounts() {
        assertThat(ProcessedRange.isKey(ProcessedRange.key())).isTrue();
        assertThat(ProcessedRange.isKey(UsageRecord.key(new TenantId("demo"), 1)))
                .isFalse();
    }

    @Test
    void shouldRefuseAVersionItDoesNotKnow() {
        byte[] value = RANGE.value();
        value[0] = 9;

        assertThatThrownBy(() -> ProcessedRange.decode(value))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("version 9");
    }

    @Test
    void shouldKnowARecordByItsTimeLengthAndEnd() {
        byte[] value = new byte[5000];
        RecordMark mark = RecordMark.of(1, value);
        assertThat(RecordMark.of(1, value)).isEqualTo(mark);
        assertThat(RecordMark.of(2, value)).isNotEqualTo(mark);
        assertThat(RecordMark.of(1, new byte[5001])).isNotEqualTo(mark);
        value[4999] = 1;
        assertThat(RecordMark.of(1, value)).isNotEqualTo(mark);
        assertThat(RecordMark.of(1, null)).isEqualTo(new RecordMark(1, 0, 0));
    }
}
