package io.millrace.wire.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.RejectReason;
import io.millrace.model.TenantId;
import io.millrace.wire.Damage;
import io.millrace.wire.MalformedException;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class AdmissionRecordTest {
    private static final AdmissionRecord RECORD = new AdmissionRecord(
            new TenantId("demo"), 1, RejectReason.MAX_ACTIVE_SERIES, 0, 300, 299, List.of(), filter(new long[] {
                0x8000000000000000L, 0
            }));
    private static final AdmissionRecord OF_METRICS = new AdmissionRecord(
            new TenantId("demo"),
            1,
            RejectReason.MAX_SERIES_PER_METRIC,
            0x0102,
            300,
            200,
            List.of("up", "größe"),
            filter(new long[] {0x8000000000000000L, 0}));

    /** @param ids high and low half in turn */
    private static KnownSeries filter(long... ids) {
        KnownSeries.Builder builder = new KnownSeries.Builder(ids.length / 2);
        for (int i = 0; i < ids.length; i += 2) {
            builder.add(ids[i], ids[i + 1]);
        }
        return builder.build();
    }

    @Test
    void shouldWriteTheDocumentedBytes() {
        HexFormat hex = HexFormat.of();
        assertThat(hex.formatHex(RECORD.key().encode())).isEqualTo("01" + "04" + "64656d6f" + "00000001");
        assertThat(hex.formatHex(RECORD.value()))
                .isEqualTo("02" + "01" + "0000000000000000" + "ac02" + "ab02" + "00" + "02" + "0001");
        assertThat(hex.formatHex(OF_METRICS.value()))
                .isEqualTo("02" + "00" + "0201000000000000" + "ac02" + "c801" + "02" + "02" + "7570" + "07"
                        + "6772c3b6c39f65" + "02" + "0001");
    }

    @Test
    void shouldReadWhatItWrote() {
        AdmissionRecord asBefore =
                new AdmissionRecord(new TenantId("demo"), 0, RejectReason.MAX_NEW_SERIES, -1, 1, 1, List.of(), null);

        assertThat(AdmissionRecord.Key.decode(RECORD.key().encode())).isEqualTo(RECORD.key());
        assertThat(AdmissionRecord.decode(RECORD.key(), RECORD.value())).isEqualTo(RECORD);
        assertThat(AdmissionRecord.decode(asBefore.key(), asBefore.value())).isEqualTo(asBefore);
        assertThat(AdmissionRecord.decode(OF_METRICS.key(), OF_METRICS.value())).isEqualTo(OF_METRICS);
    }

    @Test
    void shouldReadTheVersionThatKnewActiveSeriesOnly() {
        byte[] before = HexFormat.of().parseHex("01" + "ac02" + "ab02" + "02" + "0001");

        assertThat(AdmissionRecord.decode(RECORD.key(), before)).isEqualTo(RECORD);
    }

    @Test
    void shouldRefuseOtherVersions() {
        assertThatThrownBy(() -> AdmissionRecord.decode(RECORD.key(), new byte[] {3, 0, 0, 0}))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("version 3");
    }

    @Property(tries = 200)
    void copesWithDamage(@ForAll long seed) {
        Damage.assertCopes(RECORD.value(), seed, bytes -> AdmissionRecord.decode(RECORD.key(), bytes));
        Damage.assertCopes(OF_METRICS.value(), seed, bytes -> AdmissionRecord.decode(RECORD.key(), bytes));
        Damage.assertCopes(RECORD.key().encode(), seed, AdmissionRecord.Key::decode);
    }

    @Property(tries = 20)
    void knowsAllKnownSeriesAndHardlyAnyOther(@ForAll long seed, @ForAll @IntRange(min = 1, max = 20_000) int series) {
        SplittableRandom random = new SplittableRandom(seed);
        // of one partition of 256: the upper bits of the low half are equal
        long partition = 0x2b00000000000000L;
        long[] ids = random.longs(2L * series).toArray();
        for (int i = 1; i < ids.length; i += 2) {
            ids[i] = partition | ids[i] >>> 8;
        }

        KnownSeries known = filter(ids);

        for (int i = 0; i < ids.length; i += 2) {
            assertThat(known.mayContain(ids[i], ids[i + 1])).isTrue();
        }
        int mistaken = 0;
        for (int i = 0; i < 10_000; i++) {
            mistaken += known.mayContain(random.nextLong(), partition | random.nextLong() >>> 8) ? 1 : 0;
        }
        // one in a hundred is expected; small filters vary more
        assertThat(mistaken).isLessThan(series < 100 ? 10_000 : 400);
    }
}
