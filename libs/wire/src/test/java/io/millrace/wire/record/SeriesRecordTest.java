package io.millrace.wire.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.Labels;
import io.millrace.model.SeriesId;
import io.millrace.model.TenantId;
import io.millrace.wire.MalformedException;
import io.millrace.wire.labels.CanonicalLabels;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class SeriesRecordTest {
    private static final SeriesRecord RECORD = new SeriesRecord(
            new TenantId("acme-1"),
            19_675,
            new SeriesId(0x0102030405060708L, 0x090a0b0c0d0e0f10L),
            1_700_000_000_000L,
            CanonicalLabels.encode(Labels.of("__name__", "up")));

    @Test
    void shouldReadBackWhatItWrote() {
        assertThat(SeriesRecord.decode(RECORD.key(), RECORD.value())).isEqualTo(RECORD);
    }

    /** The bytes of docs/formats/series-record.md. */
    @Test
    void shouldWriteTheDocumentedBytes() {
        assertThat(HexFormat.of().formatHex(RECORD.key()))
                .isEqualTo("01" + "06" + "61636d652d31" + "00004cdb" + "0102030405060708090a0b0c0d0e0f10");
        assertThat(HexFormat.of().formatHex(RECORD.value()))
                .isEqualTo("01" + "0068e5cf8b010000" + "085f5f6e616d655f5f" + "027570");
    }

    @Test
    void shouldRefuseWhatIsNotASeriesRecord() {
        byte[] key = RECORD.key();
        byte[] value = RECORD.value();
        for (int length = 0; length < key.length; length++) {
            byte[] shortened = Arrays.copyOf(key, length);
            assertThatThrownBy(() -> SeriesRecord.decode(shortened, value)).isInstanceOf(MalformedException.class);
        }
        byte[] tooLong = Arrays.copyOf(key, key.length + 1);
        assertThatThrownBy(() -> SeriesRecord.decode(tooLong, value)).hasMessageContaining("too many");
        byte[] badTenant = key.clone();
        badTenant[2] = '/';
        assertThatThrownBy(() -> SeriesRecord.decode(badTenant, value)).hasMessageContaining("cannot be");
        byte[] otherVersion = value.clone();
        otherVersion[0] = 2;
        assertThatThrownBy(() -> SeriesRecord.decode(key, otherVersion)).hasMessageContaining("version 2");
    }
}
